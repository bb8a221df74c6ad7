-- name: salary_stopped
-- kind: event
-- meaning: A salary or pension that came every month has not come for more than 45 days
-- formula: such bookings in at least three of the six months that end with the last one's, which is 46 to 120 days old; the amount is their mean, to the cent
-- version: 1
-- per: customer
SELECT s.customer_id, s.last_on AS day, s.usual AS amount, s.source_id AS source, '' AS detail
FROM (
  SELECT
    r.customer_id,
    r.last_on,
    COUNT(DISTINCT r.month_number) AS months,
    CAST(FLOOR(CAST(SUM(r.amount) * 100 AS DOUBLE) / COUNT(*) + 0.5) / 100 AS DECIMAL(18, 2)) AS usual,
    MAX(CASE WHEN r.nth = 1 THEN r.id END) AS source_id
  FROM (
    SELECT
      a.customer_id,
      t.id,
      CAST(ROUND(t.amount * e.rate, 2) AS DECIMAL(18, 2)) AS amount,
      EXTRACT(YEAR FROM t.booked_on) * 12 + EXTRACT(MONTH FROM t.booked_on) AS month_number,
      MAX(t.booked_on) OVER (PARTITION BY a.customer_id) AS last_on,
      MAX(EXTRACT(YEAR FROM t.booked_on) * 12 + EXTRACT(MONTH FROM t.booked_on)) OVER (PARTITION BY a.customer_id) AS last_month,
      ROW_NUMBER() OVER (PARTITION BY a.customer_id ORDER BY t.booked_on DESC, t.id DESC) AS nth
    FROM booking AS t
    JOIN account AS a ON a.id = t.account_id
    JOIN exchange AS e ON e.currency = t.currency
    CROSS JOIN period AS p
    WHERE t.kind IN ('salary', 'pension') AND t.booked_on > p.days_300_ago
  ) AS r
  WHERE r.month_number > r.last_month - 6
  GROUP BY r.customer_id, r.last_on
) AS s
CROSS JOIN period AS p
WHERE s.months >= 3 AND s.last_on < p.days_45_ago AND s.last_on >= p.days_120_ago
