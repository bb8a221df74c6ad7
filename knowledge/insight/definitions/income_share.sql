-- name: income_share
-- kind: metric
-- unit: percent
-- meaning: Which share of all positive contributions the customer and all greater ones give together (the 80/20 rule)
-- formula: running sum of positive contributions, greatest first, ties by number, / their total x 100, rounded down to two places
-- version: 2
SELECT
  r.customer_id,
  CAST(FLOOR(CAST(r.up_to * 100 AS DOUBLE) / CAST(r.total * 100 AS DOUBLE) * 10000) / 100 AS DECIMAL(18, 4)) AS value,
  r.up_to - r.own < r.total * 0.8 AS within_80
FROM (
  SELECT
    customer_id,
    value AS own,
    SUM(value) OVER (ORDER BY value DESC, customer_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS up_to,
    SUM(value) OVER () AS total
  FROM profit_contribution
  WHERE value > 0
) AS r
