"""Writes LinkedIn's page export: a workbook whose sheet Metrics has a describing row above its header."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from pathlib import Path

import xlsxwriter

from demo.world import World

SOURCE = "linkedin_page"
_MEASURES = {
    "Impressions": "impressions", "Clicks": "link_clicks", "Reactions": "reactions", "Comments": "comments",
    "Reposts": "shares",
}  # fmt: skip


def write(world: World, folder: Path) -> None:
    """One workbook: the page's sums by day, and a sheet of posts that is not read."""
    gained: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(_MEASURES.values(), 0))
    posts = [post for post in world.social if post.network == "linkedin"]
    for post in posts:
        for gain in post.gains:
            for measure in _MEASURES.values():
                gained[gain.day][measure] += getattr(gain, measure)
    folder.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(folder / "content.xlsx")) as book:
        book.set_properties({"created": datetime(2026, 11, 10)})  # noqa: DTZ001  # a fixed stamp: same bytes
        metrics = book.add_worksheet("Metrics")
        parts = ("organic", "sponsored", "total")
        header = ["Date", *(f"{name} ({part})" for name in (*_MEASURES, "Engagement rate") for part in parts)]
        metrics.write_row(0, 0, ["The day, UTC", *("How often, on that day" for _ in header[1:])])
        metrics.write_row(1, 0, header)
        for row, day in enumerate(sorted(gained), start=2):
            sums = [gained[day][measure] for measure in _MEASURES.values()]
            split = [(total - total // 4, total // 4, total) for total in sums]
            rates = [sum(done) / seen if seen else 0 for seen, *done in zip(*split, strict=True)]
            figures = [figure for measure in split for figure in measure]
            metrics.write_row(row, 0, [f"{world.calendar.date_of(day):%m/%d/%Y}", *figures, *rates])
        all_posts = book.add_worksheet("All posts")
        all_posts.write_row(0, 0, ["A post each"])
        all_posts.write_row(1, 0, ["Post title", "Impressions"])
        for row, post in enumerate(posts, start=2):
            all_posts.write_row(row, 0, [post.title, post.total("impressions")])
