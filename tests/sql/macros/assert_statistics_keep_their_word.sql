-- Published examples, to four digits: R. G. Newcombe, Statistics in Medicine 17 (1998), tables I (method 3) and II (method 10);
-- Counts: z = (15 - 10 - 0.5) / sqrt(5), by hand, and a score's. Ratios:
-- the aspirin trial of 1988 (189 of 11,034 and 104 of 11,037): 1.82, 1.43 to 2.31 by Katz's logarithm. The parts of a whole: by hand.
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
    ('189 of 11034 over 104 of 11037, lower', ratio_bound(
        as_double('189'), as_double('11034'), as_double('104'), as_double('11037'), '-',
    ), 1.4330),
    ('189 of 11034 over 104 of 11037, upper', ratio_bound(
        as_double('189'), as_double('11034'), as_double('104'), as_double('11037'), '+',
    ), 2.3059),
    ('0 of 9 over 2 of 9, lower', ratio_bound(as_double('0'), as_double('9'), as_double('2'), as_double('9'), '-'), 0),
    ('0 of 9 over 2 of 9, upper', ratio_bound(as_double('0'), as_double('9'), as_double('2'), as_double('9'), '+'), 3.6607),
    ('3 of 10 in 4 of 30, lower', ratio_bound(
        as_double('3'), as_double('10'), as_double('4'), as_double('30'), '-', is_part=true,
    ), 1.3204),
    ('3 of 10 in 4 of 30, upper', ratio_bound(
        as_double('3'), as_double('10'), as_double('4'), as_double('30'), '+', is_part=true,
    ), 3),
    ('3 of 10 in 3 of 30, lower', ratio_bound(
        as_double('3'), as_double('10'), as_double('3'), as_double('30'), '-', is_part=true,
    ), 1.7777),
    ('3 of 10 in 8 of 40, upper', ratio_bound(
        as_double('3'), as_double('10'), as_double('8'), as_double('40'), '+', is_part=true,
    ), 3.2551),
    ('all in all, lower', ratio_bound(as_double('4'), as_double('30'), as_double('4'), as_double('30'), '-', is_part=true), 1),
    ('z of 56 of 70 and 48 of 80', two_proportion_z(as_double('56'), as_double('70'), as_double('48'), as_double('80')), 2.6502),
    ('15 and 5 events of as many days', two_count_z(as_double('15'), '30', as_double('5'), '30'), 2.0125),
    ('5 and 15 events of as many days', two_count_z(as_double('5'), '30', as_double('15'), '30'), -2.0125),
    ('as many events by the day', two_count_z(as_double('310'), '31', as_double('280'), '28'), 0),
    ('means of 0.5 of 75 and 0 of 100', two_score_z(as_double('0.5'), as_double('75'), as_double('0'), as_double('100')), 3.5355),
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
