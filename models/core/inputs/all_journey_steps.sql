{{ union_of_staging('journey_steps') }}
