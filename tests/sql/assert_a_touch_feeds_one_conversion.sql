-- No touch is credited with two conversions under one model.
select
    model,
    touch_id,
    count(*) as conversions

from {{ ref('attribution') }}

group by model, touch_id

having count(*) > 1
