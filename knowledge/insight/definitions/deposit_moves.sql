-- name: deposit_moves
-- kind: step
-- meaning: By how much each customer's deposits changed in the last full month, since its end, and over about three months
-- formula: sums over accounts of ends of months and of what stands now: the running month's balance where there is one, else the last full month's end and the bookings since; accounts of which an end is not known count only from when they were opened
-- version: 1
SELECT
  k.customer_id,
  SUM(CASE WHEN k.known_end AND k.known_before THEN k.at_end - k.at_before ELSE 0 END) AS in_month,
  SUM(CASE WHEN k.known_now AND k.known_end THEN k.at_now - k.at_end ELSE 0 END) AS since_month,
  SUM(CASE WHEN k.known_now AND k.known_quarter THEN k.at_now - k.at_quarter ELSE 0 END) AS since_quarter
FROM (
  SELECT
    a.customer_id,
    COALESCE(b.at_end, 0) AS at_end,
    COALESCE(b.at_before, 0) AS at_before,
    COALESCE(b.at_quarter, 0) AS at_quarter,
    CASE WHEN b.running IS NOT NULL THEN b.running ELSE COALESCE(b.at_end, 0) + COALESCE(t.amount, 0) END AS at_now,
    b.running IS NOT NULL OR b.at_end IS NOT NULL OR a.opened_on > p.month_end OR a.closed_on <= p.month_end AS known_now,
    b.at_end IS NOT NULL OR a.opened_on > p.month_end OR a.closed_on <= p.month_end AS known_end,
    b.at_before IS NOT NULL OR a.opened_on > p.month_end_before AS known_before,
    b.at_quarter IS NOT NULL OR a.opened_on > p.quarter_ago_month AS known_quarter
  FROM account AS a
  CROSS JOIN period AS p
  LEFT JOIN (
    SELECT
      o.account_id,
      MAX(CASE WHEN o.month = q.month_end THEN o.month_end END) AS at_end,
      MAX(CASE WHEN o.month = q.month_end_before THEN o.month_end END) AS at_before,
      MAX(CASE WHEN o.month = q.quarter_ago_month THEN o.month_end END) AS at_quarter,
      MAX(CASE WHEN o.month = n.month THEN o.month_end END) AS running
    FROM own_balance AS o
    CROSS JOIN period AS q
    LEFT JOIN (
      SELECT r.account_id, MAX(r.month) AS month
      FROM own_balance AS r
      CROSS JOIN period AS s
      WHERE r.month > s.month_end
      GROUP BY r.account_id
    ) AS n ON n.account_id = o.account_id
    WHERE o.side = 'deposit' AND o.month >= q.quarter_ago_month
    GROUP BY o.account_id
  ) AS b ON b.account_id = a.id
  LEFT JOIN (
    SELECT t.account_id, SUM(CAST(ROUND(t.amount * e.rate, 2) AS DECIMAL(18, 2))) AS amount
    FROM booking AS t
    JOIN exchange AS e ON e.currency = t.currency
    CROSS JOIN period AS q
    WHERE t.booked_on > q.month_end
    GROUP BY t.account_id
  ) AS t ON t.account_id = a.id
  WHERE a.kind IN ('deposit', 'term_deposit')
) AS k
GROUP BY k.customer_id
