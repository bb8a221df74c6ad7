-- name: cost_to_serve
-- kind: metric
-- unit: money
-- compared: yes
-- meaning: What serving the customer cost in the last twelve full months
-- formula: contacts and bookings by channel at their unit cost, plus a year's upkeep of every open account
-- version: 1
-- per: customer
SELECT customer_id, CAST(ROUND(SUM(cost), 2) AS DECIMAL(18, 2)) AS value
FROM (
  SELECT c.customer_id, SUM(u.cost) AS cost
  FROM contact AS c
  JOIN unit_cost AS u ON u.what = 'contact' AND u.channel = c.channel
  CROSS JOIN period AS p
  WHERE CAST(c.at AS DATE) > p.year_ago_month AND CAST(c.at AS DATE) <= p.month_end
  GROUP BY c.customer_id
  UNION ALL
  SELECT a.customer_id, SUM(u.cost) AS cost
  FROM booking AS t
  JOIN account AS a ON a.id = t.account_id
  JOIN unit_cost AS u ON u.what = 'booking' AND u.channel = COALESCE(t.channel, 'other')
  CROSS JOIN period AS p
  WHERE t.booked_on > p.year_ago_month AND t.booked_on <= p.month_end
  GROUP BY a.customer_id
  UNION ALL
  SELECT o.customer_id, SUM(u.cost) AS cost
  FROM open_account AS o
  JOIN unit_cost AS u ON u.what = 'account' AND u.channel = o.kind
  GROUP BY o.customer_id
) AS parts
GROUP BY customer_id
