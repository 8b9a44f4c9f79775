{#
    What one unit of a row's currency was worth in the reporting currency; NULL without a rate (a check refuses that).
    Needs `exchange_rates` joined on currency and day.
#}
{% macro rate_of(rows, rates='exchange_rates') -%}
    case when {{ rows }}.currency = '{{ var("reporting_currency") }}' then 1.0 else {{ rates }}.rate end
{%- endmacro %}


{#
    What of a sum was charged for shipping, less the tax in it: its share of the taxes, as at one rate, where `includes_tax` holds.

    total: the sum that `tax` is of; includes_tax: whether `shipping` holds tax that `tax` holds too. Reads the columns tax and shipping.
#}
{% macro shipping_without_tax(total, includes_tax) -%}
    shipping - case when {{ includes_tax }} then coalesce(tax * shipping / nullif({{ total }}, 0), 0) else 0 end
{%- endmacro %}
