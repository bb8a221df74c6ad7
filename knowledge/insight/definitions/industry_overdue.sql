-- name: industry_overdue
-- kind: group
-- unit: money
-- meaning: What stands on overdue loans of the customers of each industry in each unit and in the bank
-- formula: sum of what is overdue; customers are those with overdue loans
-- version: 1
SELECT c.industry AS group_id, t.unit_id, SUM(o.value) AS value, COUNT(*) AS customers
FROM told_of AS t
JOIN customer AS c ON c.id = t.customer_id
JOIN overdue AS o ON o.customer_id = t.customer_id
WHERE t.present AND c.industry IS NOT NULL
GROUP BY c.industry, t.unit_id
