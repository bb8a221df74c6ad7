-- name: branch_contribution
-- kind: unit
-- unit: money
-- meaning: What a unit's customers contributed to the bank's profit in the last twelve full months
-- formula: sum of the profit contributions of its customers
-- version: 1
SELECT c.branch_id AS unit_id, SUM(p.value) AS value, COUNT(*) AS customers
FROM profit_contribution AS p
JOIN customer AS c ON c.id = p.customer_id
WHERE c.branch_id IS NOT NULL
GROUP BY c.branch_id
