"""A search is opened by its id, however it is pasted."""

import pytest

from aurorax_dashboard.components.addresses import request_id_in

ID = "5f0c2f4e-8f1b-4c0e-9b0a-2d8f3a1c7e55"


@pytest.mark.parametrize(
    "text",
    [
        ID,
        f"  {ID}\n",
        f"http://127.0.0.1:8050/results/{ID}",
        f"http://127.0.0.1:8050/results/{ID}/",
        f"http://127.0.0.1:8050/results/{ID}?event=2&view=event",
        f"https://aurorax.space/conjunctionSearch/standard?requestID={ID}",
        f"https://api.aurorax.space/api/v1/conjunctions/requests/{ID}/data",
        f"Look at {ID}, the second one.",
    ],
)
def test_the_request_id_is_found_in_whatever_holds_it(text: str) -> None:
    assert request_id_in(text) == ID


@pytest.mark.parametrize("text", ["", "/results/", ID[:-1], f"{ID}0", f"a{ID}", "-" * 36, "5f0c2f4e"])
def test_what_holds_none_is_none(text: str) -> None:
    assert request_id_in(text) is None


def test_letters_may_be_capitals() -> None:
    assert request_id_in(ID.upper()) == ID.upper()
