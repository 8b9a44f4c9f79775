"""Writes X's post analytics."""

from __future__ import annotations

from pathlib import Path

from demo.files import csv_file, local_time
from demo.world import World

SOURCE = "x"
_HEADER = (
    "Tweet id", "Tweet permalink", "Tweet text", "time", "impressions", "engagements", "engagement rate",
    "retweets", "replies", "likes", "user profile clicks", "url clicks", "media views", "media engagements",
)  # fmt: skip


def write(world: World, folder: Path) -> None:
    """One file, lifetime totals."""
    with csv_file(folder / "posts.csv", _HEADER) as file:
        for post in world.social:
            if post.network == "x":
                shares, replies, likes, clicks = (
                    post.total(measure) for measure in ("shares", "replies", "reactions", "link_clicks")
                )
                seen, done = post.total("impressions"), shares + replies + likes + clicks + 3
                file.rows(
                    [
                        (
                            post.post_id, "", post.title, local_time(post.at, "%Y-%m-%d %H:%M +0000"),
                            f"{seen}.0", f"{done}.0", f"{done / seen:.6f}", f"{shares}.0", f"{replies}.0",
                            f"{likes}.0", "3.0", f"{clicks}.0", "0", "0",
                        )
                    ]
                )  # fmt: skip
