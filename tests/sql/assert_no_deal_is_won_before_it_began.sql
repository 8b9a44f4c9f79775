{# Deals with a negative sales cycle: a fault of the data, left out of sales_cycle_days and shown as a warning. #}

{{ config(severity='warn') }}

select
    source,
    opportunity_id,
    began_on,
    won_on

from {{ ref('sales_cycles') }}

where days_to_win < 0
