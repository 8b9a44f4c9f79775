"""Writes Meta Business Suite's content export: a byte order mark, columns that come with a later month."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from demo.company.draw import DAY
from demo.company.social import Post
from demo.files import csv_file, local_time
from demo.world import World

SOURCE = "meta_business"
_HEADER = (
    "Post ID", "Page ID", "Page name", "Title", "Duration (sec)", "Publish time", "Permalink", "Post type",
    "Date", "Views", "Reach", "Reactions, Comments and Shares", "Reactions", "Comments", "Shares",
    "Total clicks", "Link clicks", "Seconds viewed",
)  # fmt: skip


def write(world: World, folder: Path) -> None:
    """A file a half of the world; the older one does not know seconds viewed."""
    posts = [post for post in world.social if post.network == "facebook"]
    middle = world.calendar.start + world.days // 2 * DAY
    _write(folder / "content_1.csv", _HEADER[:-1], (post for post in posts if post.at < middle))
    _write(folder / "content_2.csv", _HEADER, (post for post in posts if post.at >= middle))


def _write(path: Path, header: tuple[str, ...], posts: Iterable[Post]) -> None:
    with csv_file(path, header, encoding="utf-8-sig") as file:
        for post in posts:
            reactions, comments, shares, clicks = (
                post.total(measure) for measure in ("reactions", "comments", "shares", "link_clicks")
            )
            row = (
                post.post_id, "100200300", "Lantern & Loom", post.title, 0,
                local_time(post.at, "%m/%d/%Y %H:%M"), "", post.kind.capitalize() + "s", "Lifetime",
                post.total("impressions"), post.total("reach"), reactions + comments + shares, reactions,
                comments, shares, clicks * 2, clicks, post.total("watch_seconds"),
            )  # fmt: skip
            file.rows([row[: len(header)]])
