-- name: service_above_tier
-- kind: metric
-- unit: money
-- meaning: By how much the cost of serving exceeds what is meant for the tier the assets earn
-- formula: cost to serve - the year's service budget of the earned tier, where it is more and the customer contributes less than it cost
-- version: 1
-- per: customer
SELECT s.customer_id, s.value - t.budget AS value
FROM cost_to_serve AS s
JOIN earned_tier AS e ON e.customer_id = s.customer_id
JOIN tier AS t ON t.tier = e.label
JOIN profit_contribution AS p ON p.customer_id = s.customer_id
WHERE s.value > t.budget AND p.value < s.value
