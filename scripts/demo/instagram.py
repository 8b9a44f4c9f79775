"""Writes Instagram's content export."""

from __future__ import annotations

from pathlib import Path

from demo.files import csv_file, local_time
from demo.world import World

SOURCE = "instagram"
_HEADER = (
    "Post ID", "Account username", "Description", "Publish time", "Post type", "Date", "Impressions", "Reach",
    "Likes", "Comments", "Shares", "Saves", "Plays", "Replies",
)  # fmt: skip


def write(world: World, folder: Path) -> None:
    """One file, lifetime totals."""
    with csv_file(folder / "content.csv", _HEADER, encoding="utf-8-sig") as file:
        file.rows(
            (
                post.post_id, "lanternandloom", post.title, local_time(post.at, "%m/%d/%Y %H:%M"),
                f"IG {post.kind}", "Lifetime", post.total("impressions"), post.total("reach"),
                post.total("reactions"), post.total("comments"), post.total("shares"), post.total("saves"),
                post.total("impressions") if post.kind == "reel" else "", post.total("replies"),
            )
            for post in world.social
            if post.network == "instagram"
        )  # fmt: skip
