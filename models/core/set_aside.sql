{# One row per tool, export and reason: rows of another record of the same thing, which count nowhere. #}

select
    'campaign reports' as what,
    source,
    export,
    'the same tool tells of the campaign and day in more detail' as reason,
    count(*) as row_count

from {{ ref('email_reports') }}

where not is_counted

group by source, export

union all

select
    'orders' as what,
    source,
    export,
    'another tool tells of the same sale' as reason,
    count(*) as row_count

from {{ ref('order_reports') }}

where not is_counted

group by source, export

union all

select
    'deals' as what,
    source,
    export,
    'another tool tells of the same sale' as reason,
    count(*) as row_count

from {{ ref('opportunity_reports') }}

where not is_counted

group by source, export

union all

select
    'deals' as what,
    source,
    export,
    'the same sale is an order' as reason,
    count(*) as row_count

from {{ ref('opportunities') }}

where order_id is not null

group by source, export

union all

select
    'days of a cost' as what,
    source,
    export,
    'another export tells of the same cost' as reason,
    count(*) as row_count

from {{ ref('spend_reports') }}

where not is_counted

group by source, export
