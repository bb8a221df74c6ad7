-- name: last_contact
-- kind: step
-- meaning: When the customer was last really spoken with
-- formula: newest contact by branch, phone, hotline, visit, chat, e-mail or event; sent texts do not count
-- version: 1
-- per: customer
SELECT c.customer_id, MAX(CAST(c.at AS DATE)) AS last_on
FROM contact AS c
WHERE c.channel IN ('branch', 'phone', 'hotline', 'visit', 'chat', 'email', 'event')
GROUP BY c.customer_id
