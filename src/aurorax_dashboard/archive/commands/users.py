"""Manage the accounts of an archive, running or not: ``python -m aurorax_dashboard.archive users …``."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from aurorax_dashboard.api.management import Role, UserAccount
from aurorax_dashboard.archive.accounts import AccountError, Accounts, AccountsFileError

_ROLES: tuple[Role, ...] = get_args(Role)


def _arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m aurorax_dashboard.archive users",
        description="Manage who may add data sources and data to an archive, while it runs or not.",
        epilog="User: may sign in, and change nothing. Maintainer: may add data to the data sources "
        "that name this account. Owner: may also add data sources, which are then its own. "
        "Administrator: may do everything.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, words: str, of_one: bool = True) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=words, description=words)
        added.add_argument("--data", type=Path, required=True, help="folder of the archive")
        if of_one:
            added.add_argument("email_address", metavar="EMAIL", help="email address of the account")
        return added

    add = command(
        "add",
        "Make an account and print its API key. The password is asked for, or read as the first line "
        "of standard input.",
    )
    add.add_argument(
        "--role", type=str.capitalize, choices=_ROLES, default="Owner", help="default: %(default)s"
    )
    add.add_argument("--first-name", metavar="NAME")
    add.add_argument("--last-name", metavar="NAME")
    command("list", "List all accounts.", of_one=False)
    command("remove", "Remove an account; its key and sessions end at once. Its data sources stay.")
    command("key", "Print a new API key of an account; the one before ends at once.")
    command(
        "password",
        "Give an account another password, asked for or read as for a new one; its sessions end at once.",
    )
    role = command("role", "Give an account another role, at once.")
    role.add_argument("role", type=str.capitalize, choices=_ROLES)
    return parser.parse_args(given)


def main(given: Sequence[str]) -> int:
    """Do what the command line says; return the exit status."""
    arguments = _arguments(given)
    if arguments.command != "add" and not arguments.data.is_dir():
        print(f"There is no folder {arguments.data}.", file=sys.stderr)
        return 1
    try:
        accounts = Accounts(arguments.data)
    except (AccountsFileError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    try:
        _do(accounts, arguments)
    except AccountError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        accounts.close()
    return 0


def _do(accounts: Accounts, arguments: argparse.Namespace) -> None:
    if arguments.command == "list":
        _print_table(accounts.everybody())
    elif arguments.command == "remove":
        accounts.remove(arguments.email_address)
    elif arguments.command == "role":
        accounts.set_role(arguments.email_address, arguments.role)
    elif arguments.command == "key":
        _print_key(accounts.renew_key(arguments.email_address))
    elif arguments.command == "password":
        accounts.set_password(arguments.email_address, _read_password())
    else:
        key = accounts.add(
            arguments.email_address,
            arguments.role,
            _read_password(),
            arguments.first_name,
            arguments.last_name,
        )
        _print_key(key)


def _read_password() -> str:
    """Return a password, never from the command line, which other users of the machine can read.

    Raises
    ------
    AccountError
        If the two that were typed differ.
    """
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if password != getpass.getpass("Again: "):
        raise AccountError("The two passwords differ.")
    return password


def _print_key(key: str) -> None:
    print("The API key, shown this once:", file=sys.stderr, flush=True)
    print(key)


def _print_table(people: Sequence[UserAccount]) -> None:
    rows = [("EMAIL", "ROLE", "NAME", "LAST SIGN-IN (UTC)")]
    for person in people:
        name = " ".join(filter(None, (person.first_name, person.last_name)))
        seen = person.this_login.isoformat(" ", "seconds") if person.this_login else "never"
        rows.append((person.email_address, person.role, name, seen))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        cells = [text.ljust(width) for text, width in zip(row, widths, strict=False)]
        print("  ".join([*cells, row[3]]))
