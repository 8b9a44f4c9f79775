{#
    The sum of 64-bit floats that is the same in whatever order, and on however many threads, they are added up.

    Sums of floats differ in their last bits with the order of the addends, and with them ranks, shares and verdicts. Here each addend is
    rounded to 12 decimals and added up as a decimal. Where one is 10^15 or more, which no money or count is, decimals could
    overflow, and floats are added up as ever.

    value: the expression. Returns a 64-bit float, NULL where every value is NULL.
#}
{% macro exact_sum(value) -%}
    {%- set is_common = 'abs(' ~ value ~ ') < 1000000000000000' -%}
    {%- set decimals = dbt.cast('case when ' ~ is_common ~ ' then ' ~ value ~ ' end', 'decimal(38, 12)') -%}
    case
        when max(abs({{ value }})) < 1000000000000000 then {{ as_double('sum(' ~ decimals ~ ')') }}
        else sum({{ value }})
    end
{%- endmacro %}
