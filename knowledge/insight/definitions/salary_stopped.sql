-- name: salary_stopped
-- kind: event
-- meaning: A salary or pension that came every month has not come for 45 days
-- formula: at least three such bookings in the six months before the last, which is 45 to 120 days old
-- version: 1
SELECT s.customer_id, s.last_on AS day, s.usual AS amount, s.source_id AS source, '' AS detail
FROM (
  SELECT
    a.customer_id,
    MAX(t.booked_on) AS last_on,
    COUNT(DISTINCT EXTRACT(YEAR FROM t.booked_on) * 12 + EXTRACT(MONTH FROM t.booked_on)) AS months,
    CAST(ROUND(CAST(SUM(t.amount * e.rate) AS DOUBLE) / COUNT(*), 2) AS DECIMAL(18, 2)) AS usual,
    MAX(t.id) AS source_id
  FROM booking AS t
  JOIN account AS a ON a.id = t.account_id
  JOIN exchange AS e ON e.currency = t.currency
  CROSS JOIN period AS p
  WHERE t.kind IN ('salary', 'pension') AND t.booked_on > p.days_300_ago AND t.booked_on <= p.today
  GROUP BY a.customer_id
) AS s
CROSS JOIN period AS p
WHERE s.months >= 3 AND s.last_on < p.days_45_ago AND s.last_on >= p.days_120_ago
