"""The browser's list of searches is untrusted and stays short."""

from aurorax_dashboard.components import recent


def test_the_newest_is_on_top_and_none_is_twice() -> None:
    data = recent.with_search(None, "a", "First")
    data = recent.with_search(data, "b", "Second")
    data = recent.with_search(data, "a", "First again")
    assert [(each.request_id, each.title) for each in recent.read(data)] == [
        ("a", "First again"),
        ("b", "Second"),
    ]


def test_whatever_is_no_search_is_dropped() -> None:
    data = recent.with_search(None, "a", "First")
    assert len(recent.read([*data, {"request_id": 5}, "text", None])) == 1
    assert recent.read("nonsense") == []


def test_the_list_stays_short() -> None:
    data = None
    for number in range(50):
        data = recent.with_search(data, str(number), "title")
    assert len(recent.read(data)) == 30


def test_the_list_says_where_each_search_stands_if_the_drawer_knows() -> None:
    data = recent.with_search(recent.with_search(None, "a", "First"), "b", "Second")
    states = [{"id": "a", "title": "First", "said": "11 found", "look": "done", "running": False}]
    second, first = recent.listing(data, states=states).children
    assert first.children[1].children == "11 found"
    assert first.children[1].className == "ax-state ax-state--done"
    assert second.children[1].children is None


def test_states_that_are_none_are_dropped() -> None:
    data = recent.with_search(None, "a", "First")
    for states in (None, "nonsense", [{"id": "a"}], [{"id": "a", "said": "x", "look": "ax-evil"}]):
        assert recent.listing(data, states=states).children[0].children[1].children is None
