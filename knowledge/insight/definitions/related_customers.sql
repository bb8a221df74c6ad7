-- name: related_customers
-- kind: metric
-- unit: count
-- meaning: How many customers belong to the customer's household or company group
-- formula: number of the related customers, where there are two or more; the label is the lowest number of them, by which the group is known; one of them leads
-- version: 1
SELECT
  customer_id,
  members AS value,
  first_id AS label,
  CASE WHEN leads THEN 'leads' ELSE '' END AS reasons
FROM related_member
