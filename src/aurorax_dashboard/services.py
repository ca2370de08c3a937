"""What the pages work with, opened once per process and handed to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aurorax_dashboard.api.bytestore import ByteStore, DiskStore, RedisStore
from aurorax_dashboard.api.cache import ResponseCache
from aurorax_dashboard.api.client import AuroraXClient, is_request_id
from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.api.models import ConjunctionQuery, DataSource
from aurorax_dashboard.searches.conjunctions import ConjunctionErrand
from aurorax_dashboard.searches.ephemeris import EphemerisErrand, EphemerisStore
from aurorax_dashboard.searches.follow import Errand, Outcome, Progress, follow
from aurorax_dashboard.searches.follows import Follows
from aurorax_dashboard.searches.journal import DiskJournal, Journal, RedisJournal
from aurorax_dashboard.searches.judgements import Change, ChangeKind, JudgementError, Judgements
from aurorax_dashboard.searches.keep import DiskKeep, Keep, RedisKeep
from aurorax_dashboard.searches.products import ProductErrand, ProductStore
from aurorax_dashboard.searches.quota import Quota
from aurorax_dashboard.searches.short_links import ShortLinks
from aurorax_dashboard.searches.store import SearchStore, Submission
from aurorax_dashboard.searches.submit import submit
from aurorax_dashboard.settings import Settings
from aurorax_dashboard.times import format_time

_LINKS_PER_MINUTE = 30
"""Short links that one caller may make: each is kept for good."""
_CHANGES_PER_MINUTE = 120
"""Stars, labels and comments of one caller."""
_PAGE_WAIT_S = 4.0
"""A page that waits longer feels broken, and a web process is not free for others meanwhile."""


@dataclass(frozen=True, slots=True)
class Services:
    """All that pages share; each part is described where it is made."""

    settings: Settings
    client: AuroraXClient
    cache: ResponseCache
    store: SearchStore
    links: ShortLinks
    ephemeris: EphemerisStore
    products: ProductStore
    follows: Follows
    judgements: Judgements
    quota: Quota
    link_quota: Quota
    judging_quota: Quota

    @classmethod
    def open(cls, settings: Settings) -> Services:
        """Open everything that `settings` describe; sockets are opened at first use."""
        cache, keep, notes, journal = _stores(settings)
        return cls(
            settings,
            AuroraXClient.open(settings.api_url, api_key=settings.api_key, cache=cache),
            cache,
            SearchStore(keep),
            ShortLinks(keep),
            EphemerisStore(keep),
            ProductStore(keep),
            Follows(notes, settings.max_followers),
            Judgements(journal),
            Quota(settings.searches_per_minute, settings.redis_url),
            Quota(_LINKS_PER_MINUTE, settings.redis_url, done="made {} short links"),
            Quota(_CHANGES_PER_MINUTE, settings.redis_url, done="made {} stars, labels and comments"),
        )

    @property
    def hurried(self) -> AuroraXClient:
        """The client for what a page waits for: it gives up after some seconds, not minutes."""
        return self.client.within(_PAGE_WAIT_S)

    def sources(self) -> list[DataSource]:
        """Return the platform's data sources as full records.

        Raises
        ------
        AuroraXError
            If the platform cannot be asked and no earlier answer is kept.
        """
        return self.hurried.data_sources(format="full_record").value

    def known_sources(self) -> list[DataSource]:
        """Return the data sources, or none where they cannot be had; names then go unchecked."""
        try:
            return self.sources()
        except AuroraXError:
            return []

    def start(self, query: ConjunctionQuery, sources: Sequence[DataSource], caller: str) -> Submission:
        """Send a conjunction search for `caller` and return what was kept of it.

        Raises
        ------
        AuroraXError
            If the caller has started too many, or the server did not take it.
        """
        self.quota.spend(caller)
        return submit(self.hurried, self.store, query, sources)

    def start_again(self, request_id: str, caller: str) -> Submission | None:
        """Send for `caller` what the search `request_id` asked; None if that is not known.

        Raises
        ------
        AuroraXError
            If the caller has started too many, or the server did not take it.
        """
        asked = self.store.submission(request_id) if is_request_id(request_id) else None
        return None if asked is None else self.start(asked.query, self.known_sources(), caller)

    def short_link(self, query: ConjunctionQuery, caller: str) -> str:
        """Keep `query` for `caller` and return the id of its short link.

        Raises
        ------
        LinkError
            If it is too large to be kept.
        AuroraXError
            If the caller has made too many, or the dashboard's own store cannot be used.
        """
        self.link_quota.spend(caller)
        return self.links.add(query)

    def judge(
        self, request_id: str, n: int, kind: ChangeKind, text: str, author: str, caller: str
    ) -> Change:
        """Keep what `caller` thinks of conjunction `n` of a kept result; see ``Judgements.make``.

        Raises
        ------
        AuroraXError
            If there is no such conjunction, the change cannot be made, or the caller has made too many.
        """
        stored = self.store.result(request_id) if is_request_id(request_id) else None
        if stored is None or not 0 <= n < len(stored.result):
            raise JudgementError("There is no such conjunction here", advice="Reload the page.")
        self.judging_quota.spend(caller)
        return self.judgements.make(request_id, kind, n, text, author)

    def follow_conjunctions(self, request_id: str, report: Callable[[Progress], None]) -> Outcome:
        """Follow a conjunction search until it has ended, and keep its result."""
        errand = ConjunctionErrand(self.client, self.store, self.settings.map_events)
        return self._follow(errand, request_id, report)

    def follow_ephemeris(self, request_id: str, report: Callable[[Progress], None]) -> Outcome:
        """Follow an ephemeris search until it has ended, and keep its records."""
        return self._follow(EphemerisErrand(self.client, self.ephemeris), request_id, report)

    def follow_data_products(self, request_id: str, report: Callable[[Progress], None]) -> Outcome:
        """Follow a data product search until it has ended, and keep the list of what it found."""
        return self._follow(ProductErrand(self.client, self.products), request_id, report)

    def _follow(self, errand: Errand, request_id: str, report: Callable[[Progress], None]) -> Outcome:
        patience_s = 60.0 * self.settings.follow_minutes
        return follow(self.client, errand, request_id, report, patience_s=patience_s)

    def check_store(self) -> str | None:
        """Return what keeps searches from being saved, None if nothing does."""
        self.store.check()
        return None

    def check_cache(self) -> str | None:
        """Return what keeps answers from being remembered, None if nothing does."""
        return None if self.cache.works() else "cannot be written or read"

    def check_server(self) -> str | None:
        """Return since when the AuroraX server has not answered or served anybody, None if it does."""
        health = self.client.health()
        if health.maintenance_since is not None:
            return f"in maintenance since {format_time(health.maintenance_since)} UTC"
        away = health.unreachable_since
        return None if away is None else f"has not answered since {format_time(away)} UTC"


def _stores(settings: Settings) -> tuple[ResponseCache, Keep, ByteStore, Journal]:
    """Return where answers are cached, searches kept, their followers meet, and judgements are written."""
    if url := settings.redis_url:
        return (
            ResponseCache(RedisStore(url, "answers")),
            RedisKeep(url),
            RedisStore(url, "follows"),
            RedisJournal(url),
        )
    folder = settings.data_path
    return (
        ResponseCache.in_directory(folder / "cache"),
        DiskKeep(folder / "searches"),
        DiskStore(folder / "follows"),
        DiskJournal(folder / "judgements"),
    )
