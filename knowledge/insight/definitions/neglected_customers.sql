-- name: neglected_customers
-- kind: group
-- unit: count
-- meaning: How many customers of each tier wait for a contact in each unit and in the bank
-- formula: number of the unit's customers of that tier whose last contact is older than the tier allows
-- version: 1
SELECT c.tier AS group_id, t.unit_id, COUNT(*) AS value, COUNT(*) AS customers
FROM told_of AS t
JOIN contact_overdue AS o ON o.customer_id = t.customer_id
JOIN customer AS c ON c.id = t.customer_id
WHERE t.present
GROUP BY c.tier, t.unit_id
