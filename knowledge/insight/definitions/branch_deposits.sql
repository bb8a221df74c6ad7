-- name: branch_deposits
-- kind: unit
-- unit: money
-- meaning: What stands on the open deposit accounts of a unit's customers now
-- formula: sum of the deposits of its customers
-- version: 1
SELECT c.branch_id AS unit_id, SUM(d.value) AS value, COUNT(*) AS customers
FROM deposits AS d
JOIN customer AS c ON c.id = d.customer_id
WHERE c.branch_id IS NOT NULL AND c.closed_on IS NULL
GROUP BY c.branch_id
