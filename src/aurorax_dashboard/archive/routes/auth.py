"""Sessions: begun with an email address and a password, ended when told to or when unused."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, post
from litestar.datastructures import State

from aurorax_dashboard.api.management import AuthenticationRequest, UserAccount
from aurorax_dashboard.archive.accounts import SignInError
from aurorax_dashboard.archive.auth import Caller, bearer_token
from aurorax_dashboard.archive.bodies import JsonBody
from aurorax_dashboard.archive.errors import BadRequestError, UnauthorizedError
from aurorax_dashboard.archive.services import Archive


class Sessions(Controller):
    """Sign in and out."""

    path = "/api/v1/authenticate"
    tags = ("Authenticate",)

    @post("/", dto=JsonBody, return_dto=None, status_code=200, sync_to_thread=True)
    def authenticate(
        self, archive: Archive, caller: Caller, data: AuthenticationRequest
    ) -> Response[UserAccount]:
        """Begin a session; its access token is in the answer's Authorization header.

        Raises
        ------
        UnauthorizedError
            If address and password do not fit, or too many tries from one place did not.
        """
        try:
            account, token = archive.accounts.sign_in(data.email_address, data.password, caller.address)
        except SignInError as error:
            raise UnauthorizedError(str(error)) from None
        return Response(
            account, headers={"Authorization": f"Bearer {token}", "Cache-Control": "no-store"}
        )

    @post("/end_session", status_code=200, sync_to_thread=True)
    def end_session(self, request: Request[Any, Any, State], archive: Archive) -> Response[bytes]:
        """End the session whose access token is in the Authorization header.

        Raises
        ------
        BadRequestError
            If there is no such session.
        """
        token = bearer_token(request)
        if token is None:
            raise BadRequestError("Authorization: expected Bearer and the access token of a session")
        if not archive.accounts.end_session(token):
            raise BadRequestError("Authorization: this access token is not valid, or no longer")
        return Response(b"", media_type="application/json")
