{# One row per tool, or all tools, and other name of a campaign. #}

select
    tool as source,
    alias,
    campaign

from {{ ref('all_campaign_aliases') }}
