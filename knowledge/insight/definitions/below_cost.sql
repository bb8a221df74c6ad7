-- name: below_cost
-- kind: step
-- meaning: Why a customer costs the bank more than they bring
-- formula: of contributions below 0: a greater risk cost than cost to serve, margins below 0, cost (with risk) above income, one-sided business
-- version: 1
-- per: customer
SELECT
  p.customer_id,
  CASE WHEN COALESCE(r.value, 0) > 0 AND COALESCE(r.value, 0) >= COALESCE(c.value, 0) THEN 'risk_cost ' ELSE '' END
  || CASE WHEN COALESCE(d.value, 0) < 0 THEN 'deposit_rate_above_price ' ELSE '' END
  || CASE WHEN COALESCE(l.value, 0) < 0 THEN 'loan_rate_below_price ' ELSE '' END
  || CASE WHEN COALESCE(c.value, 0) > COALESCE(d.value, 0) + COALESCE(l.value, 0) + COALESCE(f.value, 0) THEN 'cost_above_income ' ELSE '' END
  || CASE WHEN COALESCE(c.value, 0) + COALESCE(r.value, 0) > COALESCE(d.value, 0) + COALESCE(l.value, 0) + COALESCE(f.value, 0)
    AND COALESCE(c.value, 0) <= COALESCE(d.value, 0) + COALESCE(l.value, 0) + COALESCE(f.value, 0)
    AND COALESCE(r.value, 0) < COALESCE(c.value, 0) THEN 'cost_and_risk_above_income ' ELSE '' END
  || CASE WHEN COALESCE(f.value, 0) = 0 AND COALESCE(l.value, 0) = 0 THEN 'one_sided_business ' ELSE '' END AS reasons
FROM profit_contribution AS p
LEFT JOIN deposit_margin AS d ON d.customer_id = p.customer_id
LEFT JOIN loan_margin AS l ON l.customer_id = p.customer_id
LEFT JOIN fee_income AS f ON f.customer_id = p.customer_id
LEFT JOIN cost_to_serve AS c ON c.customer_id = p.customer_id
LEFT JOIN risk_cost AS r ON r.customer_id = p.customer_id
WHERE p.value < 0
