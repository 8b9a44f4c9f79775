{#
    One row per tool, form, landing page and day: views and submits. What contradicts itself is NULL and named in `fault`: where more is
    submitted than was viewed, views were not measured as submits were.
#}

select
    forms.source,
    forms.export,
    forms.file,
    forms.line,
    forms.viewed_on,
    forms.form,
    forms.landing_page,
    case when forms.views >= 0 and (forms.submits is null or forms.submits <= forms.views) then forms.views end as views,
    case when forms.submits >= 0 then forms.submits end as submits,
    {{ faults_of({
        'more submits than views': 'forms.submits > forms.views',
        'negative views': 'forms.views < 0',
        'negative submits': 'forms.submits < 0',
    }) | indent(4) }} as fault

from {{ ref('all_form_stats') }} as forms
inner join {{ source('raw', '_run') }} as run
    on forms.viewed_on <= run.as_of
