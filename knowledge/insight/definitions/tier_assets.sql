-- name: tier_assets
-- kind: metric
-- unit: money
-- meaning: The average assets by which the tier is set (service standard, clauses 2.1 and 2.2)
-- formula: sum of the month averages of deposits and investments over the last three full months, divided by three, to the cent
-- version: 1
-- per: customer
SELECT b.customer_id, CAST(FLOOR(CAST(SUM(b.average) * 100 AS DOUBLE) / 3 + 0.5) / 100 AS DECIMAL(18, 2)) AS value
FROM own_balance AS b
CROSS JOIN period AS p
WHERE b.side IN ('deposit', 'investment') AND b.full_month AND b.month > p.quarter_ago_month
GROUP BY b.customer_id
