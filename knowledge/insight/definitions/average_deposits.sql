-- name: average_deposits
-- kind: metric
-- unit: money
-- compared: yes
-- meaning: The customer's average deposit balance over the last twelve full months
-- formula: sum of the month averages of those months, divided by twelve, to the cent; months without a balance count as nothing
-- version: 1
-- per: customer
SELECT b.customer_id, CAST(FLOOR(CAST(SUM(b.average) * 100 AS DOUBLE) / 12 + 0.5) / 100 AS DECIMAL(18, 2)) AS value
FROM own_balance AS b
CROSS JOIN period AS p
WHERE b.side = 'deposit' AND b.full_month AND b.month > p.year_ago_month
GROUP BY b.customer_id
