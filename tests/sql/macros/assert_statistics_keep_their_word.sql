-- Published examples, to four digits: R. G. Newcombe, Statistics in Medicine 17 (1998), tables I (method 3) and II (method 10).
{%- set cases = [
    ('81 of 263, lower', wilson_bound(as_double('81'), as_double('263'), '-'), 0.2553),
    ('81 of 263, upper', wilson_bound(as_double('81'), as_double('263'), '+'), 0.3662),
    ('15 of 148, lower', wilson_bound(as_double('15'), as_double('148'), '-'), 0.0624),
    ('15 of 148, upper', wilson_bound(as_double('15'), as_double('148'), '+'), 0.1605),
    ('0 of 20, lower', wilson_bound(as_double('0'), as_double('20'), '-'), 0),
    ('0 of 20, upper', wilson_bound(as_double('0'), as_double('20'), '+'), 0.1611),
    ('1 of 29, lower', wilson_bound(as_double('1'), as_double('29'), '-'), 0.0061),
    ('1 of 29, upper', wilson_bound(as_double('1'), as_double('29'), '+'), 0.1718),
    ('56 of 70 less 48 of 80, lower', newcombe_bound(
        as_double('0.8'), wilson_bound(as_double('56'), as_double('70'), '-'),
        as_double('0.6'), wilson_bound(as_double('48'), as_double('80'), '+'), '-',
    ), 0.0524),
    ('56 of 70 less 48 of 80, upper', newcombe_bound(
        as_double('0.8'), wilson_bound(as_double('56'), as_double('70'), '+'),
        as_double('0.6'), wilson_bound(as_double('48'), as_double('80'), '-'), '+',
    ), 0.3339),
    ('z of 56 of 70 and 48 of 80', two_proportion_z(as_double('56'), as_double('70'), as_double('48'), as_double('80')), 2.6502),
] %}

with

cases as (
    {% for case, expression, expected in cases %}
    select
        '{{ case }}' as case_name,
        {{ expression }} as found,
        {{ expected }} as expected

    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from cases

where
    found is null
    or abs(found - expected) > 0.00005
