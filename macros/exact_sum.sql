{#
    The sum of 64-bit floats that is the same in whatever order, and on however many threads, they are added up.

    Sums of floats differ in their last bits with the order of the addends, and with them ranks, shares and verdicts. Here each addend is
    rounded to 12 decimals and added up as a decimal. Where one is 10^15 or more, which no money or count is, decimals could
    overflow, and floats are added up as ever.

    value: the expression; over: the name of a window, where it is a sum over one. Returns a 64-bit float, NULL where every value is NULL.
#}
{% macro exact_sum(value, over=none) -%}
    {%- set over_it = ' over ' ~ over if over else '' -%}
    {%- set is_common = 'abs(' ~ value ~ ') < 1000000000000000' -%}
    {%- set decimals = twelve_decimals('case when ' ~ is_common ~ ' then ' ~ value ~ ' end') -%}
    case
        when max(abs({{ value }})){{ over_it }} < 1000000000000000 then {{ as_double('sum(' ~ decimals ~ ')' ~ over_it) }}
        else sum({{ value }}){{ over_it }}
    end
{%- endmacro %}


{#
    A 64-bit float as a decimal of twelve places, by one arithmetic on every target: the float times 10^12, rounded. PostgreSQL's own cast
    keeps 15 digits alone, which shows where sums cancel out.
#}
{% macro twelve_decimals(value) -%}
    {{ return(adapter.dispatch('twelve_decimals', 'marketing_kpis')(value)) }}
{%- endmacro %}

{% macro default__twelve_decimals(value) -%}
    {{ dbt.cast(value, 'decimal(38, 12)') }}
{%- endmacro %}

{% macro postgres__twelve_decimals(value) -%}
    {%- set scaled = '(' ~ as_double(value) ~ ' * 1000000000000)' -%}
    {%- set above = 'floor(' ~ scaled ~ ' / 1099511627776)' -%}
    case
        -- Up to 2^52 a float may have a half, which goes away from zero; from there on it is whole.
        when {{ scaled }} between 0 and 4503599627370496 then cast(cast(floor({{ scaled }} + 0.5) as bigint) as decimal(38, 0))
        when {{ scaled }} between -4503599627370496 and 0 then cast(cast(ceil({{ scaled }} - 0.5) as bigint) as decimal(38, 0))
        -- What a 64-bit integer holds, and of more the upper bits and the lower 40.
        when abs({{ scaled }}) < 9000000000000000000 then cast(cast({{ scaled }} as bigint) as decimal(38, 0))
        else
            cast(cast({{ above }} as bigint) as decimal(38, 0)) * 1099511627776
            + cast(cast({{ scaled }} - {{ above }} * 1099511627776 as bigint) as decimal(38, 0))
    end * 0.000000000001
{%- endmacro %}
