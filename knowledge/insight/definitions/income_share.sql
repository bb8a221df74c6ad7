-- name: income_share
-- kind: metric
-- unit: percent
-- meaning: Which share of all positive contributions the customer and all greater ones give together (the 80/20 rule)
-- formula: running sum of positive contributions, greatest first, / their total x 100
-- version: 1
SELECT
  r.customer_id,
  CAST(ROUND(CAST(r.up_to AS DOUBLE) / CAST(r.total AS DOUBLE) * 100, 4) AS DECIMAL(18, 4)) AS value
FROM (
  SELECT
    customer_id,
    SUM(value) OVER (ORDER BY value DESC, customer_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS up_to,
    SUM(value) OVER () AS total
  FROM profit_contribution
  WHERE value > 0
) AS r
