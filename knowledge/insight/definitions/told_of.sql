-- name: told_of
-- kind: step
-- meaning: Of which units a customer is told when all of a unit's customers are looked over: lists, numbers, sums
-- formula: once for the whole bank (unit '') and once for their branch and each unit above it; present are those who are not closed
-- version: 1
SELECT c.id AS customer_id, CAST('' AS VARCHAR(64)) AS unit_id, c.closed_on IS NULL AS present
FROM customer AS c
UNION ALL
SELECT c.id AS customer_id, CAST(u.above_id AS VARCHAR(64)) AS unit_id, c.closed_on IS NULL AS present
FROM customer AS c
JOIN unit_above AS u ON u.unit_id = c.branch_id
