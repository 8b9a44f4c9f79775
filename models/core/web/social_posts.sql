{#
    One row per network, post and day, and per part where an export tells it in parts: what the post gained on it. Where several exports
    tell of a post's day, the one of the smaller rank in the lookup `precedence` stands, then the first name. `audience` is the reach, or the impressions where the export gives no
    reach for the network. A negative count is a correction of days before: it is NULL here, and named in `fault`; of a row with negative
    interactions `audience` is NULL too, since their rate cannot be told.
#}

{%- set interactions = ['reactions', 'comments', 'shares', 'saves', 'direct_messages', 'replies', 'link_clicks'] %}
{%- set counts = ['impressions', 'reach'] + interactions + ['watch_seconds'] %}

with

run as (

    select as_of from {{ source('raw', '_run') }}

),

reported as (

    select
        posts.source,
        posts.export,
        posts.file,
        posts.line,
        posts.active_on,
        lower(trim(posts.network)) as network,
        posts.post_id,
        posts.post_type,
        coalesce(names.campaign, posts.campaign) as campaign,
        {%- for count in counts %}
        case when posts.{{ count }} >= 0 then posts.{{ count }} end as {{ count }},
        {%- endfor %}
        {%- set faults = {} %}
        {%- for count in counts %}
        {%- do faults.update({'negative ' ~ count | replace('_', ' '): 'posts.' ~ count ~ ' < 0'}) %}
        {%- endfor %}
        {{ faults_of(faults) | indent(8) }} as fault,
        least(
            {%- for count in interactions %}
            coalesce(posts.{{ count }}, 0){{ ',' if not loop.last }}
            {%- endfor %}
        ) < 0 as takes_back,
        max(posts.reach) over (partition by posts.source, posts.export, lower(trim(posts.network))) is not null as tells_reach,
        rank() over (
            partition by lower(trim(posts.network)), posts.post_id, posts.active_on
            order by coalesce(precedence.rank, 100), posts.export
        ) as place

    from {{ ref('all_social_posts') }} as posts
    inner join run
        on posts.active_on <= run.as_of
    left join {{ ref('campaign_names') }} as names
        on
            posts.source = names.source
            and posts.campaign = names.alias
    left join {{ ref('precedence') }} as precedence
        on
            precedence.entity = 'social_posts'
            and posts.export = precedence.export

)

select
    source,
    export,
    file,
    line,
    active_on,
    network,
    post_id,
    post_type,
    campaign,
    case when takes_back then null when tells_reach then reach else impressions end as audience,
    reactions,
    comments,
    shares,
    saves,
    direct_messages,
    replies,
    link_clicks,
    case
        when coalesce(reactions, comments, shares, saves, direct_messages, replies, link_clicks) is not null
            then
                coalesce(reactions, 0) + coalesce(comments, 0) + coalesce(shares, 0) + coalesce(saves, 0)
                + coalesce(direct_messages, 0) + coalesce(replies, 0) + coalesce(link_clicks, 0)
    end as engagements,
    watch_seconds,
    fault

from reported

where place = 1
