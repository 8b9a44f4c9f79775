"""Writes YouTube Studio's table data: the channel's total is the first row."""

from __future__ import annotations

from pathlib import Path

from demo.files import csv_file, local_time
from demo.world import World

SOURCE = "youtube"
_HEADER = (
    "Content", "Video title", "Video publish time", "Duration", "Views", "Watch time (hours)", "Subscribers",
    "Impressions", "Impressions click-through rate (%)", "Likes", "Comments added", "Shares",
)  # fmt: skip


def write(world: World, folder: Path) -> None:
    """One file, lifetime totals."""
    videos = [post for post in world.social if post.network == "youtube"]

    def total(measure: str) -> int:
        return sum(video.total(measure) for video in videos)

    with csv_file(folder / "table_data.csv", _HEADER) as file:
        file.rows(
            [
                (
                    "Total", "", "", "", sum(video.total("impressions") // 2 for video in videos),
                    f"{total('watch_seconds') / 3600:.4f}",
                    12, total("impressions"), "", total("reactions"), total("comments"), total("shares"),
                ),
                *(
                    (
                        f"vid{video.post_id}", video.title, local_time(video.at, "%b %d, %Y"), 240,
                        video.total("impressions") // 2, f"{video.total('watch_seconds') / 3600:.4f}", 1,
                        video.total("impressions"), "4.2", video.total("reactions"), video.total("comments"),
                        video.total("shares"),
                    )
                    for video in videos
                ),
            ]
        )  # fmt: skip
