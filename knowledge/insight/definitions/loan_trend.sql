-- name: loan_trend
-- kind: metric
-- unit: percent
-- meaning: How this year's average loan balance compares with last year's
-- formula: (sum of this year's full months / their number - sum of last year's months / 12) / the latter x 100, to four places; none where last year's is not above 0 or this year has no full month
-- version: 1
-- per: customer
SELECT
  t.customer_id,
  CAST(FLOOR((t.this_year * t.months_last_year - t.last_year * t.months_this_year) * 1000000
    / (t.last_year * t.months_this_year) + 0.5) / 10000 AS DECIMAL(18, 4)) AS value
FROM (
  SELECT
    b.customer_id,
    CAST(SUM(CASE WHEN b.month >= p.year_start THEN b.average ELSE 0 END) * 100 AS DOUBLE) AS this_year,
    CAST(SUM(CASE WHEN b.month < p.year_start THEN b.average ELSE 0 END) * 100 AS DOUBLE) AS last_year,
    MAX(p.months_this_year) AS months_this_year,
    MAX(p.months_last_year) AS months_last_year
  FROM own_balance AS b
  CROSS JOIN period AS p
  WHERE b.side = 'loan' AND b.full_month AND b.month >= p.last_year_start
  GROUP BY b.customer_id
) AS t
WHERE t.last_year > 0 AND t.months_this_year > 0
