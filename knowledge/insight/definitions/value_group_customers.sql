-- name: value_group_customers
-- kind: group
-- unit: count
-- meaning: How many customers each value group has in each unit and in the bank
-- formula: number of the unit's customers of that value group
-- version: 1
SELECT v.label AS group_id, t.unit_id, COUNT(*) AS value, COUNT(*) AS customers
FROM told_of AS t
JOIN value_group AS v ON v.customer_id = t.customer_id
WHERE t.present
GROUP BY v.label, t.unit_id
