with

videos as (

    select
        'youtube' as source,
        'youtube__videos' as export,
        _file as file,
        _row as line,
        published_on as active_on,
        'youtube' as network,
        video_id as post_id,
        'video' as post_type,
        impressions,
        likes as reactions,
        comments,
        shares,
        watch_hours * 3600 as watch_seconds,
        {{ absent('social_posts', ['campaign', 'reach', 'saves', 'direct_messages', 'replies', 'link_clicks']) }}

    from {{ source('youtube', 'youtube__videos') }}

)

select * from videos
