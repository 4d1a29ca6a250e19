CREATE TABLE "bi_labels" (
	"list" text NOT NULL,
	"value" text NOT NULL,
	"zh" text NOT NULL,
	"en" text NOT NULL,
	CONSTRAINT "bi_labels_list_value_pk" PRIMARY KEY("list","value")
);
--> statement-breakpoint
CREATE TABLE "export_reads" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "export_reads_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" text NOT NULL,
	"what" text NOT NULL,
	"filter" text NOT NULL,
	"begun_at" timestamptz(3) NOT NULL,
	"ended_at" timestamptz(3),
	"rows" integer,
	"bytes" bigint,
	"sha256" text
);
--> statement-breakpoint
CREATE TABLE "fact_gone" (
	"case_no" text PRIMARY KEY NOT NULL,
	"written" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "fact_cases" ADD COLUMN "written" bigint NOT NULL GENERATED ALWAYS AS IDENTITY (sequence name "fact_cases_written_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1);--> statement-breakpoint
CREATE INDEX "export_reads_user" ON "export_reads" USING btree ("user_id","id");--> statement-breakpoint
CREATE INDEX "fact_cases_written" ON "fact_cases" USING btree ("written");
--> statement-breakpoint
-- The views are held to src/domain/facts/bi.ts by a test.
CREATE SCHEMA bi;
--> statement-breakpoint
COMMENT ON SCHEMA bi IS 'What tools of business intelligence read: see docs/bi.md (给商业智能工具读的视图)';
--> statement-breakpoint
CREATE VIEW bi.cases AS
SELECT f.case_no, f.received_at, f.day::date AS day, left(f.day, 7) AS month, f.hour, f.grade, f.category, f.subcategory, f.fishbone, f.cause,
  CASE WHEN f.product ~ '@' OR length(regexp_replace(f.product, '[^0-9０-９]', '', 'g')) >= 7 THEN '***' ELSE f.product END AS product,
  CASE WHEN f.model ~ '@' OR length(regexp_replace(f.model, '[^0-9０-９]', '', 'g')) >= 7 THEN '***' ELSE f.model END AS model,
  f.region, f.channel, f.person, f.team, f.policy_version, f.outcome, f.imported, f.repeat, f.touched_at, f.graded, f.suggestion_kept, f.grade_kept,
  f.assigned, f.reassigned, f.responded, f.resolved_at, f.resolved_day::date AS resolved_day, left(f.resolved_day, 7) AS resolved_month, f.reopened,
  f.escalations, f.lost, f.won_back, f.archived_at
FROM fact_cases f WHERE f.against = '{}';
--> statement-breakpoint
COMMENT ON VIEW bi.cases IS 'a row a case (案件，一件一行)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.case_no IS 'case number (单号)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.received_at IS 'received (收到)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.day IS 'day of receipt in the house’s zone (收到的日子（机构时区）)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.month IS 'month of receipt, as 2026-11 (收到的月份，如 2026-11)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.hour IS 'hour of receipt, 0–23 (收到的钟点，0–23)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.grade IS 'grade (labels: grade) (等级（labels: grade）)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.category IS 'category (labels: category) (类别（labels: category）)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.subcategory IS 'subcategory (细类)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.fishbone IS 'kind of cause (labels: fishbone) (原因大类（labels: fishbone）)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.cause IS 'cause (labels: cause); null: not concluded yet (原因（labels: cause）；空：还没有结论)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.product IS 'product; what looks like a number or an address is *** (产品；像号码或邮箱的写成 ***)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.model IS 'model; what looks like a number or an address is *** (型号；像号码或邮箱的写成 ***)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.region IS 'region, as the policy names it (区域，按规则里的名称)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.channel IS 'channel (labels: channel) (渠道（labels: channel）)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.person IS 'id of the owner (负责人的编号)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.team IS 'team (团队)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.policy_version IS 'version of the policy (规则版本)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.outcome IS 'outcome (labels: outcome); merged ones are counted in the other case (结果（labels: outcome）；merged 并入别的案件，在那里算)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.imported IS 'imported from another system: how it went is not known (从以前的系统导入，办理经过不详)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.repeat IS 'the customer had complained of the same before (同一客户为同一件事再次投诉)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.touched_at IS 'when a member of staff first did anything (员工第一次动手)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.graded IS 'graded by a person (由人定过级)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.suggestion_kept IS 'that person kept the suggested grade (人定的等级与建议相同)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.grade_kept IS 'nobody has changed that grade since (第一次定的等级没有改过)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.assigned IS 'given to somebody (分派过)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.reassigned IS 'how often the owner changed before the first resolution (第一次办结前换了几次负责人)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.responded IS 'the first response is recorded (记了首次响应)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.resolved_at IS 'first resolution (第一次办结)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.resolved_day IS 'day of the first resolution (第一次办结的日子)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.resolved_month IS 'month of the first resolution (第一次办结的月份)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.reopened IS 'went on in another round after that (办结后又开一轮)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.escalations IS 'how often it was escalated to a supervisor or manager (升级给主管或经理的次数)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.lost IS 'the customer was dissatisfied (客户不满意过)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.won_back IS 'but satisfied in the end (最后一次表示满意)';
--> statement-breakpoint
COMMENT ON COLUMN bi.cases.archived_at IS 'archived (归档)';
--> statement-breakpoint
CREATE VIEW bi.rounds AS
SELECT f.case_no, f.at AS happened_at, f.day::date AS day, left(f.day, 7) AS month, f.person, f.team,
  f.round, f.because, f.outcome, f.resolved_at, f.took_ms
FROM fact_rounds f JOIN fact_cases c ON c.case_no = f.case_no AND c.against = '{}';
--> statement-breakpoint
COMMENT ON VIEW bi.rounds IS 'a row a round, from its beginning to its resolution (轮次：从开始到办结)';
--> statement-breakpoint
COMMENT ON COLUMN bi.rounds.case_no IS 'case number (单号)';
--> statement-breakpoint
COMMENT ON COLUMN bi.rounds.happened_at IS 'began (开始)';
--> statement-breakpoint
COMMENT ON COLUMN bi.rounds.day IS 'its day in the house’s zone (那一天（机构时区）)';
--> statement-breakpoint
COMMENT ON COLUMN bi.rounds.month IS 'its month, as 2026-11 (那个月，如 2026-11)';
--> statement-breakpoint
COMMENT ON COLUMN bi.rounds.person IS 'id of the owner at that moment, or of whoever did it (当时负责人的编号；是谁做的事就是谁)';
--> statement-breakpoint
COMMENT ON COLUMN bi.rounds.team IS 'team at that moment (当时的团队)';
--> statement-breakpoint
COMMENT ON COLUMN bi.rounds.round IS 'which round (第几轮)';
--> statement-breakpoint
COMMENT ON COLUMN bi.rounds.because IS 'why it began (为什么开始)';
--> statement-breakpoint
COMMENT ON COLUMN bi.rounds.outcome IS 'outcome (labels: outcome) (结果（labels: outcome）)';
--> statement-breakpoint
COMMENT ON COLUMN bi.rounds.resolved_at IS 'resolved (办结)';
--> statement-breakpoint
COMMENT ON COLUMN bi.rounds.took_ms IS 'milliseconds to the resolution, by the clock on the wall (用时，毫秒，自然时间)';
--> statement-breakpoint
CREATE VIEW bi.promises AS
SELECT f.case_no, f.at AS happened_at, f.day::date AS day, left(f.day, 7) AS month, f.person, f.team,
  f.seq, f.clock, f.promise, f.started_at, f.due_at, f.verdict, f.extended
FROM fact_promises f JOIN fact_cases c ON c.case_no = f.case_no AND c.against = '{}';
--> statement-breakpoint
COMMENT ON VIEW bi.promises IS 'a row a promise (承诺，一个一行)';
--> statement-breakpoint
COMMENT ON COLUMN bi.promises.case_no IS 'case number (单号)';
--> statement-breakpoint
COMMENT ON COLUMN bi.promises.happened_at IS 'kept or broken, else begun (兑现或超时；都没有的是开始)';
--> statement-breakpoint
COMMENT ON COLUMN bi.promises.day IS 'its day in the house’s zone (那一天（机构时区）)';
--> statement-breakpoint
COMMENT ON COLUMN bi.promises.month IS 'its month, as 2026-11 (那个月，如 2026-11)';
--> statement-breakpoint
COMMENT ON COLUMN bi.promises.person IS 'id of the owner at that moment, or of whoever did it (当时负责人的编号；是谁做的事就是谁)';
--> statement-breakpoint
COMMENT ON COLUMN bi.promises.team IS 'team at that moment (当时的团队)';
--> statement-breakpoint
COMMENT ON COLUMN bi.promises.seq IS 'number of the entry in the case’s ledger (案件记录里的第几条)';
--> statement-breakpoint
COMMENT ON COLUMN bi.promises.clock IS 'the clock in the case (案件里的计时)';
--> statement-breakpoint
COMMENT ON COLUMN bi.promises.promise IS 'which promise (labels: promise) (哪个承诺（labels: promise）)';
--> statement-breakpoint
COMMENT ON COLUMN bi.promises.started_at IS 'began (开始)';
--> statement-breakpoint
COMMENT ON COLUMN bi.promises.due_at IS 'due (到期)';
--> statement-breakpoint
COMMENT ON COLUMN bi.promises.verdict IS 'open, kept, broken or cancelled (labels: verdict) (open 未到、kept 兑现、broken 超时、cancelled 取消（labels: verdict）)';
--> statement-breakpoint
COMMENT ON COLUMN bi.promises.extended IS 'it was extended (延期过)';
--> statement-breakpoint
CREATE VIEW bi.redress AS
SELECT f.case_no, f.at AS happened_at, f.day::date AS day, left(f.day, 7) AS month, f.person, f.team,
  f.seq, f.n, f.kind, f.amount
FROM fact_redress f JOIN fact_cases c ON c.case_no = f.case_no AND c.against = '{}';
--> statement-breakpoint
COMMENT ON VIEW bi.redress IS 'a row a remedy that was carried out (已经执行的补偿，一项一行)';
--> statement-breakpoint
COMMENT ON COLUMN bi.redress.case_no IS 'case number (单号)';
--> statement-breakpoint
COMMENT ON COLUMN bi.redress.happened_at IS 'carried out (执行)';
--> statement-breakpoint
COMMENT ON COLUMN bi.redress.day IS 'its day in the house’s zone (那一天（机构时区）)';
--> statement-breakpoint
COMMENT ON COLUMN bi.redress.month IS 'its month, as 2026-11 (那个月，如 2026-11)';
--> statement-breakpoint
COMMENT ON COLUMN bi.redress.person IS 'id of the owner at that moment, or of whoever did it (当时负责人的编号；是谁做的事就是谁)';
--> statement-breakpoint
COMMENT ON COLUMN bi.redress.team IS 'team at that moment (当时的团队)';
--> statement-breakpoint
COMMENT ON COLUMN bi.redress.seq IS 'number of the entry in the case’s ledger (案件记录里的第几条)';
--> statement-breakpoint
COMMENT ON COLUMN bi.redress.n IS 'its place among those carried out at once (同一次里的第几项)';
--> statement-breakpoint
COMMENT ON COLUMN bi.redress.kind IS 'remedy (labels: remedy) (补偿（labels: remedy）)';
--> statement-breakpoint
COMMENT ON COLUMN bi.redress.amount IS 'amount of money; 0 where it costs none (金额；不花钱的是 0)';
--> statement-breakpoint
CREATE VIEW bi.surveys AS
SELECT f.case_no, f.at AS happened_at, f.day::date AS day, left(f.day, 7) AS month, f.person, f.team,
  f.survey_id, f.answered, f.speed, f.solution, f.attitude, f.total
FROM fact_surveys f JOIN fact_cases c ON c.case_no = f.case_no AND c.against = '{}';
--> statement-breakpoint
COMMENT ON VIEW bi.surveys IS 'a row a survey (评价，一份一行)';
--> statement-breakpoint
COMMENT ON COLUMN bi.surveys.case_no IS 'case number (单号)';
--> statement-breakpoint
COMMENT ON COLUMN bi.surveys.happened_at IS 'sent (发出)';
--> statement-breakpoint
COMMENT ON COLUMN bi.surveys.day IS 'its day in the house’s zone (那一天（机构时区）)';
--> statement-breakpoint
COMMENT ON COLUMN bi.surveys.month IS 'its month, as 2026-11 (那个月，如 2026-11)';
--> statement-breakpoint
COMMENT ON COLUMN bi.surveys.person IS 'id of the owner at that moment, or of whoever did it (当时负责人的编号；是谁做的事就是谁)';
--> statement-breakpoint
COMMENT ON COLUMN bi.surveys.team IS 'team at that moment (当时的团队)';
--> statement-breakpoint
COMMENT ON COLUMN bi.surveys.survey_id IS 'id of the survey (评价编号)';
--> statement-breakpoint
COMMENT ON COLUMN bi.surveys.answered IS 'the customer has answered (客户作答了)';
--> statement-breakpoint
COMMENT ON COLUMN bi.surveys.speed IS 'speed, 1–5 (速度，1–5)';
--> statement-breakpoint
COMMENT ON COLUMN bi.surveys.solution IS 'solution, 1–5 (方案，1–5)';
--> statement-breakpoint
COMMENT ON COLUMN bi.surveys.attitude IS 'attitude, 1–5 (态度，1–5)';
--> statement-breakpoint
COMMENT ON COLUMN bi.surveys.total IS 'the whole, 1–5 (总体，1–5)';
--> statement-breakpoint
CREATE VIEW bi.actions AS
SELECT f.case_no, f.at AS happened_at, f.day::date AS day, left(f.day, 7) AS month, f.person, f.team,
  f.action_id, f.kind, f.cause, f.started_at, f.before AS complaints_before, f.after AS complaints_after, f.reached, f.ended_at
FROM fact_actions f JOIN fact_cases c ON c.case_no = f.case_no AND c.against = '{}';
--> statement-breakpoint
COMMENT ON VIEW bi.actions IS 'a row a corrective action (纠正预防措施，一项一行)';
--> statement-breakpoint
COMMENT ON COLUMN bi.actions.case_no IS 'case number (单号)';
--> statement-breakpoint
COMMENT ON COLUMN bi.actions.happened_at IS 'planned (提出)';
--> statement-breakpoint
COMMENT ON COLUMN bi.actions.day IS 'its day in the house’s zone (那一天（机构时区）)';
--> statement-breakpoint
COMMENT ON COLUMN bi.actions.month IS 'its month, as 2026-11 (那个月，如 2026-11)';
--> statement-breakpoint
COMMENT ON COLUMN bi.actions.person IS 'id of the owner at that moment, or of whoever did it (当时负责人的编号；是谁做的事就是谁)';
--> statement-breakpoint
COMMENT ON COLUMN bi.actions.team IS 'team at that moment (当时的团队)';
--> statement-breakpoint
COMMENT ON COLUMN bi.actions.action_id IS 'id of the action (措施编号)';
--> statement-breakpoint
COMMENT ON COLUMN bi.actions.kind IS 'urgent or preventive (urgent 紧急、preventive 预防)';
--> statement-breakpoint
COMMENT ON COLUMN bi.actions.cause IS 'its cause (labels: cause) (针对的原因（labels: cause）)';
--> statement-breakpoint
COMMENT ON COLUMN bi.actions.started_at IS 'begun (启动)';
--> statement-breakpoint
COMMENT ON COLUMN bi.actions.complaints_before IS 'complaints of the cause before it (启动前同原因的投诉)';
--> statement-breakpoint
COMMENT ON COLUMN bi.actions.complaints_after IS 'complaints of the cause after it (启动后同原因的投诉)';
--> statement-breakpoint
COMMENT ON COLUMN bi.actions.reached IS 'it reached its target; null: not verified yet (达到目标；空：还没有验证)';
--> statement-breakpoint
COMMENT ON COLUMN bi.actions.ended_at IS 'ended (结束)';
--> statement-breakpoint
CREATE VIEW bi.contacts AS
SELECT f.case_no, f.at AS happened_at, f.day::date AS day, left(f.day, 7) AS month, f.person, f.team,
  f.seq, f.inbound, f.kind
FROM fact_contacts f JOIN fact_cases c ON c.case_no = f.case_no AND c.against = '{}';
--> statement-breakpoint
COMMENT ON VIEW bi.contacts IS 'a row each time that we and the customer spoke, without what was said (与客户的往来，一次一行，不含内容)';
--> statement-breakpoint
COMMENT ON COLUMN bi.contacts.case_no IS 'case number (单号)';
--> statement-breakpoint
COMMENT ON COLUMN bi.contacts.happened_at IS 'when (什么时候)';
--> statement-breakpoint
COMMENT ON COLUMN bi.contacts.day IS 'its day in the house’s zone (那一天（机构时区）)';
--> statement-breakpoint
COMMENT ON COLUMN bi.contacts.month IS 'its month, as 2026-11 (那个月，如 2026-11)';
--> statement-breakpoint
COMMENT ON COLUMN bi.contacts.person IS 'id of the owner at that moment, or of whoever did it (当时负责人的编号；是谁做的事就是谁)';
--> statement-breakpoint
COMMENT ON COLUMN bi.contacts.team IS 'team at that moment (当时的团队)';
--> statement-breakpoint
COMMENT ON COLUMN bi.contacts.seq IS 'number of the entry in the case’s ledger (案件记录里的第几条)';
--> statement-breakpoint
COMMENT ON COLUMN bi.contacts.inbound IS 'from the customer (客户找我们)';
--> statement-breakpoint
COMMENT ON COLUMN bi.contacts.kind IS 'type of the entry in the ledger (案件记录里的类型)';
--> statement-breakpoint
CREATE VIEW bi.spans AS
SELECT f.case_no, f.at AS happened_at, f.day::date AS day, left(f.day, 7) AS month, f.person, f.team,
  f.seq, f.kind, f.name, f.from_at, f.took_ms
FROM fact_spans f JOIN fact_cases c ON c.case_no = f.case_no AND c.against = '{}';
--> statement-breakpoint
COMMENT ON VIEW bi.spans IS 'a row a stay in a stage, or a wait (在一个阶段的停留，或一次等待)';
--> statement-breakpoint
COMMENT ON COLUMN bi.spans.case_no IS 'case number (单号)';
--> statement-breakpoint
COMMENT ON COLUMN bi.spans.happened_at IS 'ended (结束)';
--> statement-breakpoint
COMMENT ON COLUMN bi.spans.day IS 'its day in the house’s zone (那一天（机构时区）)';
--> statement-breakpoint
COMMENT ON COLUMN bi.spans.month IS 'its month, as 2026-11 (那个月，如 2026-11)';
--> statement-breakpoint
COMMENT ON COLUMN bi.spans.person IS 'id of the owner at that moment, or of whoever did it (当时负责人的编号；是谁做的事就是谁)';
--> statement-breakpoint
COMMENT ON COLUMN bi.spans.team IS 'team at that moment (当时的团队)';
--> statement-breakpoint
COMMENT ON COLUMN bi.spans.seq IS 'number of the entry in the case’s ledger (案件记录里的第几条)';
--> statement-breakpoint
COMMENT ON COLUMN bi.spans.kind IS 'stage or wait (stage 阶段、wait 等待)';
--> statement-breakpoint
COMMENT ON COLUMN bi.spans.name IS 'which stage (labels: stage), or for whom (labels: party) (哪个阶段（labels: stage），或等谁（labels: party）)';
--> statement-breakpoint
COMMENT ON COLUMN bi.spans.from_at IS 'began (开始)';
--> statement-breakpoint
COMMENT ON COLUMN bi.spans.took_ms IS 'milliseconds, by the clock on the wall (用时，毫秒，自然时间)';
--> statement-breakpoint
CREATE VIEW bi.labels AS
SELECT list, value, zh, en FROM bi_labels;
--> statement-breakpoint
COMMENT ON VIEW bi.labels IS 'what coded values are called (代码的中英文名称)';
--> statement-breakpoint
COMMENT ON COLUMN bi.labels.list IS 'which list: grade, cause, … (哪一组：grade、cause……)';
--> statement-breakpoint
COMMENT ON COLUMN bi.labels.value IS 'the coded value (代码)';
--> statement-breakpoint
COMMENT ON COLUMN bi.labels.zh IS 'in Chinese (中文)';
--> statement-breakpoint
COMMENT ON COLUMN bi.labels.en IS 'in English (英文)';
--> statement-breakpoint
CREATE VIEW bi.staff_names AS
SELECT id, name, name_en, team FROM users;
--> statement-breakpoint
COMMENT ON VIEW bi.staff_names IS 'who the ids of staff are; personal, so it is granted to nobody by itself (员工姓名；属于个人信息，默认不授权)';
