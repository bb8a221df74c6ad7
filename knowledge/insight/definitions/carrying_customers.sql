-- name: carrying_customers
-- kind: unit
-- unit: count
-- meaning: The fewest customers of a unit, and of the bank, who give four fifths of its positive contributions
-- formula: number of customers, greatest contributions first, before whom less than 80 % is reached; customers are those with a contribution above 0
-- version: 1
SELECT
  s.unit_id,
  SUM(CASE WHEN s.up_to - s.own < s.total * 0.8 THEN 1 ELSE 0 END) AS value,
  COUNT(*) AS customers
FROM (
  SELECT
    t.unit_id,
    p.value AS own,
    SUM(p.value) OVER (
      PARTITION BY t.unit_id ORDER BY p.value DESC, t.customer_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS up_to,
    SUM(p.value) OVER (PARTITION BY t.unit_id) AS total
  FROM told_of AS t
  JOIN profit_contribution AS p ON p.customer_id = t.customer_id
  WHERE t.present AND p.value > 0
) AS s
GROUP BY s.unit_id
