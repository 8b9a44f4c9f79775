{# One row per tool, day, channel, campaign, journey and kind of cost: what was spent, in the reporting currency. #}

select
    source,
    spent_on,
    channel,
    campaign,
    journey,
    cost_type,
    {{ exact_sum('amount') }} as amount

from {{ ref('spend_reports') }}

where is_counted

group by source, spent_on, channel, campaign, journey, cost_type
