"""What operators watch: requests by route and status, their time, and what the domain counts."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector
from tornado.web import RequestHandler


class Metrics:
    """The counters of one process. One is made by the container; tests make their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "saoban_requests", "Requests answered", ["route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "saoban_request_seconds",
            "Time to answer",
            buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3),
            registry=self.registry,
        )
        self._children: dict[tuple[str, int], Counter] = {}

    def count(self, handler: RequestHandler) -> None:
        """Note one finished request under its handler's name (a fixed set, so labels stay few)."""
        key = (type(handler).__name__, handler.get_status())
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = self.requests.labels(key[0], str(key[1]))
        child.inc()
        self.seconds.observe(handler.request.request_time())

    def page(self) -> bytes:
        """The exposition text of everything."""
        return generate_latest(self.registry)
