-- name: due_upgrade_customers
-- kind: unit
-- unit: count
-- meaning: How many customers of a unit, and of the bank, have earned a higher tier than they have
-- formula: number of the customers who are due an upgrade
-- version: 1
SELECT t.unit_id, COUNT(*) AS value, COUNT(*) AS customers
FROM told_of AS t
JOIN earned_tier AS e ON e.customer_id = t.customer_id
WHERE t.present AND e.reasons = 'upgrade'
GROUP BY t.unit_id
