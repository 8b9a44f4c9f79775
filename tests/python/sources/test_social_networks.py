"""The networks' post exports: what counts as an engagement, total rows, describing rows."""

# ruff: noqa: E501  lines of files are as long as the tools write them

from __future__ import annotations

from io import BytesIO

import pytest
import xlsxwriter

from demo import instagram, linkedin_page, meta_business, x, youtube

MEASURES = ("impressions", "reactions", "comments", "shares")


def test_facebook_clicks_of_all_kinds_are_no_link_clicks_and_columns_may_be_missing(stage):
    text = """\
Post ID,Publish time,Post type,Date,Views,Reach,"Reactions, Comments and Shares",Reactions,Comments,Shares,Total clicks
1,05/31/2026 23:30,Photos,Lifetime,100,80,9,5,3,1,40
"""
    row = stage("meta_business", {"meta_business/content.csv": "\ufeff" + text}).rows(
        "stg_meta_business__social_posts"
    )[0]
    assert (row["active_on"], row["reach"], row["reactions"], row["link_clicks"]) == (
        "2026-05-31",
        80,
        5,
        None,
    )


def test_the_total_row_of_youtube_is_no_video_and_hours_become_seconds(stage):
    text = """\
Content,Video title,Video publish time,Duration,Views,Watch time (hours),Subscribers,Impressions
Total,,,,35,131.5,12,705
abc,Knots,"Aug 15, 2026",240,30,1.5,1,600
"""
    rows = stage("youtube", {"youtube/Table data.csv": text}).rows("stg_youtube__social_posts")
    assert [(row["post_id"], row["active_on"], row["watch_seconds"], row["link_clicks"]) for row in rows] == [
        ("abc", "2026-08-15", 5400.0, None)
    ]


def test_linkedin_days_are_read_below_the_describing_row_and_in_total(stage):
    file = BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Metrics")
        sheet.write_row(0, 0, ["Day of the figures", "Shown", "Shown", "Shown"])
        sheet.write_row(
            1,
            0,
            [
                "Date",
                "Impressions (organic)",
                "Impressions (sponsored)",
                "Impressions (total)",
                "Shares (total)",
            ],
        )
        sheet.write_row(2, 0, ["05/31/2026", 70, 30, 100, 4])
        book.add_worksheet("All posts").write_row(0, 0, ["Post title"])
    row = stage("linkedin_page", {"linkedin_page/content.xlsx": file.getvalue()}).rows(
        "stg_linkedin_page__social_posts"
    )[0]
    assert (row["active_on"], row["impressions"], row["shares"], row["reach"]) == ("2026-05-31", 100, 4, None)


def test_x_counts_link_clicks_not_every_engagement_and_its_time_has_a_zone(stage):
    text = """\
Tweet id,time,impressions,engagements,engagement rate,retweets,replies,likes,user profile clicks,url clicks,media views
9,2026-08-15 23:30 -0200,819.0,24.0,0.029304,1.0,2.0,16.0,3.0,4.0,7
"""
    row = stage("x", {"x/posts.csv": text}).rows("stg_x__social_posts")[0]
    told = [
        row[name] for name in ("active_on", "reactions", "shares", "replies", "link_clicks", "watch_seconds")
    ]
    assert told == ["2026-08-16", 16, 1, 2, 4, None]


@pytest.mark.parametrize(
    ("writer", "network"),
    [
        (meta_business, "facebook"),
        (instagram, "instagram"),
        (linkedin_page, "linkedin"),
        (x, "x"),
        (youtube, "youtube"),
    ],
)
def test_posts_gained_what_they_gained_whichever_export_tells(stage, small_world, tmp_path, writer, network):
    writer.write(small_world, tmp_path / "exports" / writer.SOURCE)
    rows = stage(writer.SOURCE, tmp_path / "exports").rows(f"stg_{writer.SOURCE}__social_posts")
    posts = [post for post in small_world.social if post.network == network]
    for measure in MEASURES:
        if rows[0][measure] is not None:
            assert sum(row[measure] for row in rows) == sum(post.total(measure) for post in posts)


def test_a_post_on_x_without_a_time_is_of_its_day_in_every_zone(stage):
    text = """\
Post id,Date,Post text,Post Link,Impressions,Likes,Engagements,Bookmarks,Shares,Replies,Reposts,URL Clicks
1,"Sun, Mar 1, 2026",A mug,https://x.com/a/status/1,500,15,40,2,1,4,3,6
"""
    rows = stage("x", {"x/content.csv": text}).rows("stg_x__social_posts")
    assert [(row["active_on"], row["reactions"], row["shares"], row["link_clicks"]) for row in rows] == [
        ("2026-03-01", 15, 3, 6)
    ]
