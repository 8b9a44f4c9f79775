-- A send is dated by its campaign's report: recipients of a campaign without one would leave every base unseen.
select sent_to.campaign_id

from {{ source('mailchimp', 'mailchimp__sent_to') }} as sent_to
left join {{ source('mailchimp', 'mailchimp__campaigns') }} as campaigns
    on sent_to.campaign_id = campaigns.campaign_id

where campaigns.campaign_id is null

group by sent_to.campaign_id
