-- name: industry_loans
-- kind: group
-- unit: money
-- meaning: What the customers of each industry owe on loans and cards in each unit and in the bank
-- formula: sum of their loans; customers are those who have any
-- version: 1
SELECT c.industry AS group_id, t.unit_id, SUM(l.value) AS value, COUNT(*) AS customers
FROM told_of AS t
JOIN customer AS c ON c.id = t.customer_id
JOIN loans AS l ON l.customer_id = t.customer_id
WHERE t.present AND c.industry IS NOT NULL
GROUP BY c.industry, t.unit_id
