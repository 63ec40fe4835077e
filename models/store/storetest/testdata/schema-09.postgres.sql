--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: activities; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.activities (
    id text NOT NULL COLLATE pg_catalog."C",
    actor text NOT NULL COLLATE pg_catalog."C",
    type text NOT NULL,
    object text NOT NULL COLLATE pg_catalog."C",
    body bytea NOT NULL,
    hash text NOT NULL,
    public boolean NOT NULL,
    farewell boolean NOT NULL,
    recipient text NOT NULL COLLATE pg_catalog."C",
    created_at timestamp with time zone NOT NULL,
    purge_at timestamp with time zone,
    CONSTRAINT activities_actor_check CHECK ((actor = ANY (ARRAY['collective'::text, 'decisions'::text, 'node'::text]))),
    CONSTRAINT activities_check CHECK ((NOT (public AND (recipient <> ''::text)))),
    CONSTRAINT activities_hash_check CHECK ((length(hash) = 64))
);


--
-- Name: actor_keys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.actor_keys (
    actor text NOT NULL COLLATE pg_catalog."C",
    private_pem text NOT NULL,
    public_pem text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT actor_keys_actor_check CHECK ((actor = ANY (ARRAY['collective'::text, 'decisions'::text, 'node'::text]))),
    CONSTRAINT actor_keys_private_pem_check CHECK ((private_pem <> ''::text)),
    CONSTRAINT actor_keys_public_pem_check CHECK ((public_pem <> ''::text))
);


--
-- Name: actors; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.actors (
    iri text NOT NULL COLLATE pg_catalog."C",
    origin text NOT NULL COLLATE pg_catalog."C",
    type text NOT NULL,
    name text NOT NULL,
    summary text NOT NULL,
    handle text NOT NULL,
    url text NOT NULL,
    inbox text NOT NULL COLLATE pg_catalog."C",
    shared_inbox text NOT NULL COLLATE pg_catalog."C",
    open_url text NOT NULL,
    fetched_at timestamp with time zone NOT NULL,
    CONSTRAINT actors_inbox_check CHECK ((inbox <> ''::text))
);


--
-- Name: aparts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.aparts (
    agreement text NOT NULL COLLATE pg_catalog."C",
    giver text NOT NULL,
    peer text NOT NULL
);


--
-- Name: askings; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.askings (
    id text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    state text NOT NULL,
    asker text NOT NULL,
    peer text NOT NULL,
    handle text NOT NULL,
    "window" text,
    proposed text,
    hold_until timestamp with time zone,
    reason text NOT NULL,
    apart boolean NOT NULL,
    purge_at timestamp with time zone,
    mirror text NOT NULL COLLATE pg_catalog."C",
    ticket text NOT NULL,
    quantity integer NOT NULL,
    others_first boolean NOT NULL,
    note text NOT NULL,
    windows text,
    theirs text NOT NULL COLLATE pg_catalog."C",
    seq bigint NOT NULL,
    wished text NOT NULL,
    wished_window text,
    offered text,
    asked_at timestamp with time zone NOT NULL,
    CONSTRAINT askings_asker_check CHECK ((asker <> ''::text)),
    CONSTRAINT askings_peer_check CHECK ((peer <> ''::text)),
    CONSTRAINT askings_quantity_check CHECK ((quantity >= 1)),
    CONSTRAINT askings_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'on_its_way'::text, 'silent'::text, 'gathering'::text, 'waiting'::text, 'promised'::text, 'done'::text, 'released'::text, 'lapsed'::text, 'did_not_happen'::text, 'refused'::text, 'revoked'::text])))
);


--
-- Name: blocks; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.blocks (
    member text NOT NULL COLLATE pg_catalog."C",
    other text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT blocks_check CHECK ((member <> other))
);


--
-- Name: claims; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.claims (
    id text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    state text NOT NULL,
    asker text NOT NULL,
    peer text NOT NULL,
    handle text NOT NULL,
    "window" text,
    proposed text,
    hold_until timestamp with time zone,
    reason text NOT NULL,
    apart boolean NOT NULL,
    purge_at timestamp with time zone,
    offer text NOT NULL COLLATE pg_catalog."C",
    ticket text NOT NULL,
    quantity integer NOT NULL,
    others_first boolean NOT NULL,
    note text NOT NULL,
    area text NOT NULL,
    windows text,
    asked text NOT NULL COLLATE pg_catalog."C",
    left_out boolean NOT NULL,
    late boolean NOT NULL,
    round integer NOT NULL,
    CONSTRAINT claims_check CHECK (((asker = ''::text) <> (peer = ''::text))),
    CONSTRAINT claims_check1 CHECK (((state <> 'promised'::text) OR (hold_until IS NOT NULL))),
    CONSTRAINT claims_quantity_check CHECK ((quantity >= 1)),
    CONSTRAINT claims_state_check CHECK ((state = ANY (ARRAY['gathering'::text, 'waiting'::text, 'promised'::text, 'done'::text, 'released'::text, 'lapsed'::text, 'did_not_happen'::text, 'refused'::text, 'revoked'::text])))
);


--
-- Name: collective; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.collective (
    id integer NOT NULL,
    version bigint NOT NULL,
    name text NOT NULL,
    about text NOT NULL,
    area text NOT NULL,
    language text NOT NULL,
    zone text NOT NULL,
    quiet_from integer NOT NULL,
    quiet_to integer NOT NULL,
    open boolean NOT NULL,
    base_url text NOT NULL,
    secret text NOT NULL,
    set_up_at timestamp with time zone NOT NULL,
    CONSTRAINT collective_id_check CHECK ((id = 1)),
    CONSTRAINT collective_name_check CHECK ((name <> ''::text)),
    CONSTRAINT collective_quiet_from_check CHECK (((quiet_from >= 0) AND (quiet_from <= 1439))),
    CONSTRAINT collective_quiet_to_check CHECK (((quiet_to >= 0) AND (quiet_to <= 1439))),
    CONSTRAINT collective_secret_check CHECK ((length(secret) = 64))
);


--
-- Name: credentials; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.credentials (
    member text NOT NULL COLLATE pg_catalog."C",
    passphrase text NOT NULL,
    words_hash text NOT NULL,
    CONSTRAINT credentials_passphrase_check CHECK ((passphrase ~~ '$argon2id$%'::text)),
    CONSTRAINT credentials_words_hash_check CHECK ((length(words_hash) = 64))
);


--
-- Name: deeds; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.deeds (
    id text NOT NULL COLLATE pg_catalog."C",
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    made_by text COLLATE pg_catalog."C"
);


--
-- Name: deliveries; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.deliveries (
    id text NOT NULL COLLATE pg_catalog."C",
    activity_id text NOT NULL COLLATE pg_catalog."C",
    inbox text NOT NULL COLLATE pg_catalog."C",
    host text NOT NULL COLLATE pg_catalog."C",
    object text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL,
    attempt bigint NOT NULL,
    queued_at timestamp with time zone NOT NULL,
    run_at timestamp with time zone NOT NULL,
    lease_until timestamp with time zone,
    lease_token text NOT NULL,
    last_status bigint NOT NULL,
    last_error text NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT deliveries_attempt_check CHECK ((attempt >= 0)),
    CONSTRAINT deliveries_check CHECK (((state = 'due'::text) = (ended_at IS NULL))),
    CONSTRAINT deliveries_check1 CHECK (((lease_until IS NULL) OR (state = 'due'::text))),
    CONSTRAINT deliveries_state_check CHECK ((state = ANY (ARRAY['due'::text, 'sent'::text, 'gone'::text, 'parked'::text])))
);


--
-- Name: edges; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.edges (
    id text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    actor text NOT NULL COLLATE pg_catalog."C",
    origin text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL,
    our_follow text NOT NULL,
    ours_accepted boolean NOT NULL,
    their_follow text NOT NULL,
    theirs_accepted boolean NOT NULL,
    since timestamp with time zone NOT NULL,
    CONSTRAINT edges_check CHECK (((state = 'neighbours'::text) = (ours_accepted AND theirs_accepted))),
    CONSTRAINT edges_check1 CHECK (((NOT ours_accepted) OR (our_follow <> ''::text))),
    CONSTRAINT edges_check2 CHECK (((NOT theirs_accepted) OR (their_follow <> ''::text))),
    CONSTRAINT edges_state_check CHECK ((state = ANY (ARRAY['asked_by_us'::text, 'asked_by_them'::text, 'agreed'::text, 'neighbours'::text, 'declined'::text, 'parted'::text])))
);


--
-- Name: followers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.followers (
    id text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    actor text NOT NULL COLLATE pg_catalog."C",
    origin text NOT NULL COLLATE pg_catalog."C",
    followed text NOT NULL,
    follow_id text NOT NULL,
    inbox text NOT NULL COLLATE pg_catalog."C",
    since timestamp with time zone NOT NULL,
    CONSTRAINT followers_follow_id_check CHECK ((follow_id <> ''::text)),
    CONSTRAINT followers_followed_check CHECK ((followed = ANY (ARRAY['collective'::text, 'decisions'::text]))),
    CONSTRAINT followers_inbox_check CHECK ((inbox <> ''::text))
);


--
-- Name: goose_db_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.goose_db_version (
    id integer NOT NULL,
    version_id bigint NOT NULL,
    is_applied boolean NOT NULL,
    tstamp timestamp without time zone DEFAULT now() NOT NULL
);


--
-- Name: goose_db_version_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.goose_db_version ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.goose_db_version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: inbox; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.inbox (
    id text NOT NULL COLLATE pg_catalog."C",
    activity_id text NOT NULL COLLATE pg_catalog."C",
    signer text NOT NULL,
    origin text NOT NULL COLLATE pg_catalog."C",
    type text NOT NULL,
    about text NOT NULL,
    body bytea NOT NULL,
    hash text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    committed_at timestamp with time zone NOT NULL,
    state text NOT NULL,
    attempts bigint NOT NULL,
    retry_at timestamp with time zone NOT NULL,
    error text NOT NULL,
    ended_at timestamp with time zone,
    purge_at timestamp with time zone,
    CONSTRAINT inbox_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT inbox_check CHECK (((state = 'pending'::text) = (ended_at IS NULL))),
    CONSTRAINT inbox_hash_check CHECK ((length(hash) = 64)),
    CONSTRAINT inbox_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'done'::text, 'parked'::text, 'dropped'::text])))
);


--
-- Name: invites; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.invites (
    id text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    code_hash text NOT NULL,
    kind text NOT NULL,
    uses integer NOT NULL,
    made_by text COLLATE pg_catalog."C",
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT invites_code_hash_check CHECK ((length(code_hash) = 64)),
    CONSTRAINT invites_kind_check CHECK ((kind = ANY (ARRAY['member'::text, 'steward'::text]))),
    CONSTRAINT invites_uses_check CHECK ((uses >= 0))
);


--
-- Name: jobs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.jobs (
    id text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL,
    key text,
    subject text NOT NULL,
    run_at timestamp with time zone NOT NULL,
    attempt integer NOT NULL,
    lease_until timestamp with time zone,
    lease_token text NOT NULL,
    last_error text NOT NULL,
    parked boolean NOT NULL
);


--
-- Name: journal; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.journal (
    id text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL,
    subject text NOT NULL,
    version bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    published_at timestamp with time zone
);


--
-- Name: kept_aparts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.kept_aparts (
    theirs text NOT NULL COLLATE pg_catalog."C",
    member text NOT NULL,
    peer text NOT NULL
);


--
-- Name: knocks; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.knocks (
    name_hash text NOT NULL,
    tries integer NOT NULL,
    wait_until timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    CONSTRAINT knocks_name_hash_check CHECK ((length(name_hash) = 64))
);


--
-- Name: letters; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.letters (
    id text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    sender text NOT NULL,
    name text NOT NULL,
    object text NOT NULL COLLATE pg_catalog."C",
    about text NOT NULL,
    text text NOT NULL,
    language text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    read_at timestamp with time zone,
    CONSTRAINT letters_sender_check CHECK ((sender <> ''::text))
);


--
-- Name: members; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.members (
    id text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    nickname text NOT NULL,
    nickname_key text COLLATE pg_catalog."C",
    language text NOT NULL,
    contact text NOT NULL,
    feed text NOT NULL,
    feed_hash text,
    joined_at timestamp with time zone,
    left_at timestamp with time zone,
    CONSTRAINT members_check CHECK ((((left_at IS NULL) AND (nickname_key IS NOT NULL) AND (joined_at IS NOT NULL)) OR ((left_at IS NOT NULL) AND (nickname_key IS NULL) AND (joined_at IS NULL) AND (nickname = ''::text) AND (contact = ''::text) AND (feed = ''::text) AND (feed_hash IS NULL)))),
    CONSTRAINT members_check1 CHECK (((feed = ''::text) = (feed_hash IS NULL))),
    CONSTRAINT members_feed_hash_check CHECK ((length(feed_hash) = 64))
);


--
-- Name: messages; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.messages (
    id text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    agreement text NOT NULL COLLATE pg_catalog."C",
    side text NOT NULL,
    nickname text NOT NULL,
    text text NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    origin text NOT NULL,
    CONSTRAINT messages_side_check CHECK ((side = ANY (ARRAY['giver'::text, 'asker'::text])))
);


--
-- Name: notices; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.notices (
    id text NOT NULL COLLATE pg_catalog."C",
    member text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL,
    subject text NOT NULL,
    at timestamp with time zone NOT NULL
);


--
-- Name: offers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.offers (
    id text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    home text DEFAULT ''::text NOT NULL,
    state text NOT NULL,
    listed boolean GENERATED ALWAYS AS ((state = ANY (ARRAY['gathering'::text, 'choosing'::text, 'open'::text, 'promised'::text, 'all_promised'::text]))) STORED NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    category text NOT NULL,
    condition text NOT NULL,
    faults text NOT NULL,
    language text NOT NULL,
    area text NOT NULL,
    windows text,
    audience text NOT NULL,
    goes_off_today boolean NOT NULL,
    quantity integer NOT NULL,
    "left" integer NOT NULL,
    max_per_claim integer NOT NULL,
    photos text,
    published_at timestamp with time zone,
    gather_until timestamp with time zone,
    draw_commit text NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    giver text DEFAULT ''::text NOT NULL,
    place text DEFAULT ''::text NOT NULL,
    choice text DEFAULT 'draw'::text NOT NULL,
    secret text DEFAULT ''::text NOT NULL,
    round integer DEFAULT 0 NOT NULL,
    choose_by timestamp with time zone,
    giver_silent boolean DEFAULT false NOT NULL,
    rested_at timestamp with time zone,
    next_at timestamp with time zone,
    ended_at timestamp with time zone,
    hidden_by text DEFAULT ''::text NOT NULL,
    hidden_words text DEFAULT ''::text NOT NULL,
    hidden_until timestamp with time zone,
    replaced_by text DEFAULT ''::text NOT NULL,
    purge_at timestamp with time zone,
    purged_at timestamp with time zone,
    iri text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    url text DEFAULT ''::text NOT NULL,
    seq bigint DEFAULT 0 NOT NULL,
    lease_until timestamp with time zone,
    picture text DEFAULT ''::text NOT NULL,
    picture_alt text DEFAULT ''::text NOT NULL,
    CONSTRAINT offers_audience_check CHECK ((audience = ANY (ARRAY['involved'::text, 'circle'::text, 'members'::text, 'friends'::text, 'anyone'::text]))),
    CONSTRAINT offers_check CHECK ((("left" >= 0) AND ("left" <= quantity))),
    CONSTRAINT offers_check1 CHECK (((state = ANY (ARRAY['draft'::text, 'withdrawn'::text])) OR (published_at IS NOT NULL))),
    CONSTRAINT offers_check2 CHECK (((home = ''::text) = (iri = ''::text))),
    CONSTRAINT offers_choice_check CHECK ((choice = ANY (ARRAY['draw'::text, 'giver'::text]))),
    CONSTRAINT offers_max_per_claim_check CHECK ((max_per_claim >= 1)),
    CONSTRAINT offers_quantity_check CHECK ((quantity >= 1)),
    CONSTRAINT offers_round_check CHECK (((round >= 0) AND (round <= 64))),
    CONSTRAINT offers_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'gathering'::text, 'choosing'::text, 'open'::text, 'promised'::text, 'all_promised'::text, 'resting'::text, 'gone'::text, 'withdrawn'::text, 'expired'::text])))
);


--
-- Name: peers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.peers (
    origin text NOT NULL COLLATE pg_catalog."C",
    failures bigint NOT NULL,
    probe_at timestamp with time zone,
    wait_until timestamp with time zone,
    last_heard_at timestamp with time zone,
    last_tried_at timestamp with time zone,
    last_error text NOT NULL,
    clock_skew bigint NOT NULL,
    scheme text NOT NULL,
    CONSTRAINT peers_failures_check CHECK ((failures >= 0)),
    CONSTRAINT peers_scheme_check CHECK ((scheme = ANY (ARRAY[''::text, 'cavage'::text, 'rfc9421'::text])))
);


--
-- Name: photos; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.photos (
    id text NOT NULL,
    version bigint NOT NULL,
    owner text NOT NULL,
    subject text NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    dropped_at timestamp with time zone,
    CONSTRAINT photos_height_check CHECK ((height > 0)),
    CONSTRAINT photos_width_check CHECK ((width > 0))
);


--
-- Name: reaches; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.reaches (
    object text NOT NULL COLLATE pg_catalog."C",
    inbox text NOT NULL COLLATE pg_catalog."C",
    until timestamp with time zone
);


--
-- Name: recovery_links; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.recovery_links (
    code_hash text NOT NULL,
    member text NOT NULL COLLATE pg_catalog."C",
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT recovery_links_code_hash_check CHECK ((length(code_hash) = 64))
);


--
-- Name: remote_keys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.remote_keys (
    id text NOT NULL COLLATE pg_catalog."C",
    owner text NOT NULL,
    origin text NOT NULL COLLATE pg_catalog."C",
    pem text NOT NULL,
    tried_at timestamp with time zone NOT NULL,
    fetched_at timestamp with time zone,
    CONSTRAINT remote_keys_check CHECK (((pem = ''::text) = (fetched_at IS NULL)))
);


--
-- Name: results; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.results (
    member text NOT NULL,
    route text NOT NULL,
    key text NOT NULL,
    body_hash text NOT NULL,
    location text NOT NULL,
    status integer NOT NULL,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: roles; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.roles (
    member text NOT NULL COLLATE pg_catalog."C",
    role text NOT NULL,
    version bigint NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL,
    CONSTRAINT roles_check CHECK ((until >= since)),
    CONSTRAINT roles_role_check CHECK ((role = 'steward'::text))
);


--
-- Name: rounds; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.rounds (
    offer text NOT NULL COLLATE pg_catalog."C",
    round integer NOT NULL,
    sheet text NOT NULL,
    drawn_at timestamp with time zone NOT NULL,
    CONSTRAINT rounds_round_check CHECK (((round >= 1) AND (round <= 64)))
);


--
-- Name: sessions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.sessions (
    id text NOT NULL COLLATE pg_catalog."C",
    member text NOT NULL COLLATE pg_catalog."C",
    token_hash text NOT NULL,
    label text NOT NULL,
    created_on timestamp with time zone NOT NULL,
    idle_until timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    CONSTRAINT sessions_check CHECK ((idle_until <= ends_at)),
    CONSTRAINT sessions_token_hash_check CHECK ((length(token_hash) = 64))
);


--
-- Name: setup_links; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.setup_links (
    code_hash text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT setup_links_code_hash_check CHECK ((length(code_hash) = 64))
);


--
-- Name: shut_out; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.shut_out (
    subject text NOT NULL COLLATE pg_catalog."C",
    since timestamp with time zone NOT NULL,
    CONSTRAINT shut_out_subject_check CHECK ((subject <> ''::text))
);


--
-- Name: take_backs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.take_backs (
    asked text NOT NULL COLLATE pg_catalog."C",
    peer text NOT NULL,
    at timestamp with time zone NOT NULL
);


--
-- Name: tokens; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tokens (
    id text NOT NULL COLLATE pg_catalog."C",
    member text NOT NULL COLLATE pg_catalog."C",
    token_hash text NOT NULL,
    name text NOT NULL,
    scopes text NOT NULL,
    created_on timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    CONSTRAINT tokens_token_hash_check CHECK ((length(token_hash) = 64))
);


--
-- Name: uptime; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.uptime (
    id integer NOT NULL,
    alive_at timestamp with time zone NOT NULL,
    down_from timestamp with time zone NOT NULL,
    up_since timestamp with time zone NOT NULL,
    CONSTRAINT uptime_id_check CHECK ((id = 1))
);


--
-- Name: words; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.words (
    word text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL,
    subject text NOT NULL
);


--
-- Data for Name: activities; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.actor_keys (actor, private_pem, public_pem, created_at) VALUES ('node', 'a private key', 'a public key', '2026-11-24 12:00:00+00');
INSERT INTO public.activities (id, actor, type, object, body, hash, public, farewell, recipient, created_at, purge_at) VALUES ('06h09r0tc1zc72ntb2dpe8tb8c', 'collective', 'Create', 'offers/06h09r0szdtk18qz1ez20y3ct8', '\x7b7d', '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a', true, false, '', '2026-11-28 12:00:00+00', NULL);


--
-- Data for Name: actor_keys; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: actors; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.actors (iri, origin, type, name, summary, handle, url, inbox, shared_inbox, open_url, fetched_at) VALUES ('https://birch.example/ap/collective', 'https://birch.example', 'Organization', 'Birch', '', 'collective@birch.example', '', 'https://birch.example/ap/collective/inbox', 'https://birch.example/ap/inbox', 'https://birch.example/ap/collective/open', '2026-11-24 12:00:00+00');


--
-- Data for Name: aparts; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: askings; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.askings (id, version, state, asker, peer, handle, "window", proposed, hold_until, reason, apart, purge_at, mirror, ticket, quantity, others_first, note, windows, theirs, seq, wished, wished_window, offered, asked_at) VALUES ('tf69fwa8th0wsdk1q27mwz5qg0', 2, 'promised', 'xtc75pewcn2mnce4wah16m1rj0', 'https://birch.example/ap/collective', 'vNGkh4201q4yetN76Yo_cIMcwGe8T3eZKEiAvywdJWs', NULL, NULL, '2026-12-05 12:00:00+00', '', false, NULL, '06h09r0t3nr1qc7cm6jh366j60', 'b06ecd13c084eb7b7fde684609b85bc4', 1, false, 'for the kitchen', NULL, 'https://birch.example/ap/agreements/a', 2, '', NULL, NULL, '2026-11-28 12:00:00+00');


--
-- Data for Name: blocks; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.blocks (member, other) VALUES ('aerwhfsph97nh10g3wp8n4sc4g', '0d2nfxpy197yz1tzj1yedn2wqw');


--
-- Data for Name: claims; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.claims (id, version, state, asker, peer, handle, "window", proposed, hold_until, reason, apart, purge_at, offer, ticket, quantity, others_first, note, area, windows, asked, left_out, late, round) VALUES ('12jpfdhvf576qa5tt75hk60b4w', 2, 'promised', '', 'https://birch.example/ap/collective', 'one', NULL, NULL, '2026-12-05 12:00:00+00', '', false, NULL, '06h09r0sn5vxx4d94cqw89fdn8', '0643123e7c57b6c2ac49ef1c8f0ae612', 1, false, '', '', NULL, 'https://birch.example/ap/activities/one', false, false, 1);
INSERT INTO public.claims (id, version, state, asker, peer, handle, "window", proposed, hold_until, reason, apart, purge_at, offer, ticket, quantity, others_first, note, area, windows, asked, left_out, late, round) VALUES ('em867jkxxn6g3c740f0feeehr8', 2, 'waiting', 'xtc75pewcn2mnce4wah16m1rj0', '', '', NULL, NULL, NULL, '', false, NULL, '06h09r0sn5vxx4d94cqw89fdn8', 'e4826e5f1161d32cc3aaa338eb41b4c9', 1, false, 'for my way to work', '', NULL, '', false, false, 0);
INSERT INTO public.claims (id, version, state, asker, peer, handle, "window", proposed, hold_until, reason, apart, purge_at, offer, ticket, quantity, others_first, note, area, windows, asked, left_out, late, round) VALUES ('sg4z0nv38s5mkfc4yjnxpjt434', 1, 'gathering', 'xtc75pewcn2mnce4wah16m1rj0', '', '', NULL, NULL, NULL, '', false, NULL, '06h09r0szdtk18qz1ez20y3ct8', '782cd60701b688137cbe6f066c3821e7', 1, false, 'for my way to work', '', NULL, '', false, false, 0);
INSERT INTO public.claims (id, version, state, asker, peer, handle, "window", proposed, hold_until, reason, apart, purge_at, offer, ticket, quantity, others_first, note, area, windows, asked, left_out, late, round) VALUES ('npzrw569yx7zb96rz12zchnh4m', 1, 'gathering', '', 'https://birch.example/ap/collective', 'two', NULL, NULL, NULL, '', false, NULL, '06h09r0szdtk18qz1ez20y3ct8', '8a81b69749f38bcf8f6765974000d1a7', 1, false, '', '', NULL, 'https://birch.example/ap/activities/two', false, false, 0);


--
-- Data for Name: collective; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.collective (id, version, name, about, area, language, zone, quiet_from, quiet_to, open, base_url, secret, set_up_at) VALUES (1, 1, 'Alder', '', 'Lower Mill Street', 'en', 'Europe/Berlin', 1260, 480, false, 'https://alder.example', 'e66163d6a95e92e07d1a66f8b6e7c755a9a6cef722fad3283b37911deaac3fd5', '2026-11-24 12:00:00+00');


--
-- Data for Name: credentials; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.credentials (member, passphrase, words_hash) VALUES ('0d2nfxpy197yz1tzj1yedn2wqw', '$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2E$bm9ib2R5IGtub3dzIHRoaXMgcGFzc3BocmFzZSBhdCBhbGw', '1bf738c0ddd0be3a9774db5c9a35c5469282def4b6f5b55b9c3303f51d48bab2');
INSERT INTO public.credentials (member, passphrase, words_hash) VALUES ('aerwhfsph97nh10g3wp8n4sc4g', '$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2E$bm9ib2R5IGtub3dzIHRoaXMgcGFzc3BocmFzZSBhdCBhbGw', '1a6175c9d7f383369345e4a3a5ca3d6eb2e10cdf7f65b7216dca9bd9471954b2');
INSERT INTO public.credentials (member, passphrase, words_hash) VALUES ('xtc75pewcn2mnce4wah16m1rj0', '$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2E$bm9ib2R5IGtub3dzIHRoaXMgcGFzc3BocmFzZSBhdCBhbGw', 'effc2c3c222ac335d3f509b9f4f15539ce5733701277b338f82bbfb5080a2ab2');


--
-- Data for Name: deeds; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.deeds (id, at, kind, subject, made_by) VALUES ('06h09r0t8ns7v9seea2yx6tjv4', '2026-11-28 12:00:00+00', 'member.let_back_in', 'aerwhfsph97nh10g3wp8n4sc4g', '0d2nfxpy197yz1tzj1yedn2wqw');


--
-- Data for Name: deliveries; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.deliveries (id, activity_id, inbox, host, object, state, attempt, queued_at, run_at, lease_until, lease_token, last_status, last_error, ended_at) VALUES ('06h09r0tchvrddr5fzj7d8m3c8', '06h09r0tc1zc72ntb2dpe8tb8c', 'https://birch.example/ap/inbox', 'https://birch.example', 'offers/06h09r0szdtk18qz1ez20y3ct8', 'due', 0, '2026-11-28 12:00:00+00', '2026-11-28 12:00:00+00', NULL, '', 0, '', NULL);


--
-- Data for Name: edges; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.edges (id, version, actor, origin, state, our_follow, ours_accepted, their_follow, theirs_accepted, since) VALUES ('06h09r0sfdx2x5711act4pr33m', 3, 'https://birch.example/ap/collective', 'https://birch.example', 'neighbours', '06h09r0sk5w2s2tn4dyjthy494', true, 'https://birch.example/ap/activities/follow', true, '2026-11-24 12:00:00+00');


--
-- Data for Name: followers; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: goose_db_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.goose_db_version (id, version_id, is_applied, tstamp) VALUES (1, 0, true, '2026-11-22 20:08:43.817917');
INSERT INTO public.goose_db_version (id, version_id, is_applied, tstamp) VALUES (2, 1, true, '2026-11-22 20:08:43.834411');
INSERT INTO public.goose_db_version (id, version_id, is_applied, tstamp) VALUES (3, 2, true, '2026-11-22 20:08:43.910422');
INSERT INTO public.goose_db_version (id, version_id, is_applied, tstamp) VALUES (4, 3, true, '2026-11-22 20:08:44.036938');
INSERT INTO public.goose_db_version (id, version_id, is_applied, tstamp) VALUES (5, 4, true, '2026-11-22 20:08:44.166029');
INSERT INTO public.goose_db_version (id, version_id, is_applied, tstamp) VALUES (6, 5, true, '2026-11-22 20:08:44.174335');
INSERT INTO public.goose_db_version (id, version_id, is_applied, tstamp) VALUES (7, 6, true, '2026-11-22 20:08:44.201758');
INSERT INTO public.goose_db_version (id, version_id, is_applied, tstamp) VALUES (8, 7, true, '2026-11-22 20:08:44.208491');
INSERT INTO public.goose_db_version (id, version_id, is_applied, tstamp) VALUES (9, 8, true, '2026-11-22 20:08:44.474909');
INSERT INTO public.goose_db_version (id, version_id, is_applied, tstamp) VALUES (10, 9, true, '2026-11-22 20:08:44.485852');


--
-- Data for Name: inbox; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.inbox (id, activity_id, signer, origin, type, about, body, hash, received_at, committed_at, state, attempts, retry_at, error, ended_at, purge_at) VALUES ('06h09r0tantwk6xg05hmqe3954', 'https://birch.example/ap/collective/x', 'https://birch.example/ap/collective', 'https://birch.example', 'Update', '', '\x7b2274797065223a22557064617465227d', '610f7843d8da7dc5e0d3c57c5ac98bd60ca0c6c0a018303e33fe08256be2c9b7', '2026-11-28 12:00:00+00', '2026-11-28 12:00:00+00', 'pending', 0, '2026-11-28 12:00:00+00', '', NULL, NULL);


--
-- Data for Name: invites; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.invites (id, version, code_hash, kind, uses, made_by, expires_at, revoked_at) VALUES ('06h09r0s7ssrhem7889t1ctksg', 2, '1c8857c48162a7925322e8cd033af5c3c19ffd8bb7a62636c9e8ad28b28aaab6', 'member', 0, '0d2nfxpy197yz1tzj1yedn2wqw', '2026-12-01 12:00:00+00', NULL);
INSERT INTO public.invites (id, version, code_hash, kind, uses, made_by, expires_at, revoked_at) VALUES ('06h09r0s9dv8xbs7m0xbma0ynw', 2, '930f3ccea2e00668213ce1266e7b8865e7c6e732645601ff0cada34feca6ba9c', 'member', 0, '0d2nfxpy197yz1tzj1yedn2wqw', '2026-12-01 12:00:00+00', NULL);


--
-- Data for Name: jobs; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: journal; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.journal (id, kind, subject, version, at, published_at) VALUES ('06h09r0sk9zg340x0z8kkq141m', 'neighbour.accepted', '06h09r0sfdx2x5711act4pr33m', 2, '2026-11-24 12:00:00+00', NULL);
INSERT INTO public.journal (id, kind, subject, version, at, published_at) VALUES ('06h09r0sk9zgf49jgr9xkcrq4w', 'neighbour.asked', '06h09r0sfdx2x5711act4pr33m', 2, '2026-11-24 12:00:00+00', NULL);
INSERT INTO public.journal (id, kind, subject, version, at, published_at) VALUES ('06h09r0sknv1734nw3p8j7an5g', 'neighbour.befriended', '06h09r0sfdx2x5711act4pr33m', 3, '2026-11-24 12:00:00+00', NULL);
INSERT INTO public.journal (id, kind, subject, version, at, published_at) VALUES ('06h09r0sqhx4db5rnhd25vjjtm', 'offer.published', '06h09r0sn5vxx4d94cqw89fdn8', 2, '2026-11-24 12:00:00+00', NULL);
INSERT INTO public.journal (id, kind, subject, version, at, published_at) VALUES ('06h09r0stnxjsa1728683bwdk4', 'claim.received', '12jpfdhvf576qa5tt75hk60b4w', 1, '2026-11-24 12:00:00+00', NULL);
INSERT INTO public.journal (id, kind, subject, version, at, published_at) VALUES ('06h09r0swsxexbs3chwnk8vff8', 'claim.promised', '12jpfdhvf576qa5tt75hk60b4w', 2, '2026-11-28 12:00:00+00', NULL);
INSERT INTO public.journal (id, kind, subject, version, at, published_at) VALUES ('06h09r0sy5wbq5daem9qxt4fv0', 'offer.changed', '06h09r0sn5vxx4d94cqw89fdn8', 3, '2026-11-28 12:00:00+00', NULL);
INSERT INTO public.journal (id, kind, subject, version, at, published_at) VALUES ('06h09r0t11rxq061t21xts5aq0', 'offer.published', '06h09r0szdtk18qz1ez20y3ct8', 2, '2026-11-28 12:00:00+00', NULL);
INSERT INTO public.journal (id, kind, subject, version, at, published_at) VALUES ('06h09r0t39t5sckaf2vjyvg0nw', 'claim.received', 'npzrw569yx7zb96rz12zchnh4m', 1, '2026-11-28 12:00:00+00', NULL);
INSERT INTO public.journal (id, kind, subject, version, at, published_at) VALUES ('06h09r0t6hskv7jscjv6a24rjw', 'asking.asked', 'tf69fwa8th0wsdk1q27mwz5qg0', 1, '2026-11-28 12:00:00+00', NULL);
INSERT INTO public.journal (id, kind, subject, version, at, published_at) VALUES ('06h09r0t9nzkzb2j06s1bse21w', 'message.sent', 'zvzqb8s2ys4n569grxynnvcwb4', 1, '2026-11-28 12:00:00+00', NULL);


--
-- Data for Name: kept_aparts; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: knocks; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: letters; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.letters (id, version, sender, name, object, about, text, language, received_at, read_at) VALUES ('06h09r0ta5z5z8d8kxjkfpedw0', 1, 'https://birch.example/ap/collective', 'Birch', 'https://birch.example/ap/collective/letter', '', 'Shall we meet?', '', '2026-11-28 12:00:00+00', NULL);


--
-- Data for Name: members; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.members (id, version, nickname, nickname_key, language, contact, feed, feed_hash, joined_at, left_at) VALUES ('0d2nfxpy197yz1tzj1yedn2wqw', 1, 'Sage', 'sage', 'en', '', '', NULL, '2026-11-24 12:00:00+00', NULL);
INSERT INTO public.members (id, version, nickname, nickname_key, language, contact, feed, feed_hash, joined_at, left_at) VALUES ('aerwhfsph97nh10g3wp8n4sc4g', 1, 'Ana', 'ana', 'en', '', '', NULL, '2026-11-24 12:00:00+00', NULL);
INSERT INTO public.members (id, version, nickname, nickname_key, language, contact, feed, feed_hash, joined_at, left_at) VALUES ('xtc75pewcn2mnce4wah16m1rj0', 1, 'Ben', 'ben', 'en', '', '', NULL, '2026-11-24 12:00:00+00', NULL);


--
-- Data for Name: messages; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.messages (id, version, agreement, side, nickname, text, sent_at, origin) VALUES ('zvzqb8s2ys4n569grxynnvcwb4', 1, 'tf69fwa8th0wsdk1q27mwz5qg0', 'asker', 'Ben', 'I come at ten', '2026-11-28 12:00:00+00', '');


--
-- Data for Name: notices; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.notices (id, member, kind, subject, at) VALUES ('06h09r0swxx61b0ze2m2j3wbxw', 'aerwhfsph97nh10g3wp8n4sc4g', 'claim.taker', '12jpfdhvf576qa5tt75hk60b4w', '2026-11-28 12:00:00+00');
INSERT INTO public.notices (id, member, kind, subject, at) VALUES ('06h09r0t79ta7fq67btr1s2hbw', 'xtc75pewcn2mnce4wah16m1rj0', 'claim.promised', 'tf69fwa8th0wsdk1q27mwz5qg0', '2026-11-28 12:00:00+00');
INSERT INTO public.notices (id, member, kind, subject, at) VALUES ('06h09r0t8hsgxd9fsk2tp4rqmm', 'aerwhfsph97nh10g3wp8n4sc4g', 'recovery.link_made', 'aerwhfsph97nh10g3wp8n4sc4g', '2026-11-28 12:00:00+00');
INSERT INTO public.notices (id, member, kind, subject, at) VALUES ('06h09r0tanr0x8860r6vyktd3m', '0d2nfxpy197yz1tzj1yedn2wqw', 'letter.received', '06h09r0ta5z5z8d8kxjkfpedw0', '2026-11-28 12:00:00+00');


--
-- Data for Name: offers; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.offers (id, version, home, state, title, description, category, condition, faults, language, area, windows, audience, goes_off_today, quantity, "left", max_per_claim, photos, published_at, gather_until, draw_commit, updated_at, expires_at, giver, place, choice, secret, round, choose_by, giver_silent, rested_at, next_at, ended_at, hidden_by, hidden_words, hidden_until, replaced_by, purge_at, purged_at, iri, url, seq, lease_until, picture, picture_alt) VALUES ('06h09r0sn5vxx4d94cqw89fdn8', 3, '', 'all_promised', 'A blue bike', 'It works.', 'other', 'good', '', 'en', 'Lower Mill Street', NULL, 'friends', false, 1, 0, 1, '["rn76knh7c1029b3h7rxjgmn464"]', '2026-11-24 12:00:00+00', '2026-11-25 12:00:00+00', '9f890397d93225573c7280829679da1d0e8e43561e5a0ea3d67c5b59da425ac4', '2026-11-28 12:00:00+00', '2026-12-24 12:00:00+00', 'aerwhfsph97nh10g3wp8n4sc4g', 'Mill Street 7', 'draw', '9f27f7f62eb9c6173c678af70efea1953187ff7539b72bd2163da0371dac63d1', 1, NULL, false, NULL, '2026-12-05 12:00:00+00', NULL, '', '', NULL, '', NULL, NULL, '', '', 0, NULL, '', '');
INSERT INTO public.offers (id, version, home, state, title, description, category, condition, faults, language, area, windows, audience, goes_off_today, quantity, "left", max_per_claim, photos, published_at, gather_until, draw_commit, updated_at, expires_at, giver, place, choice, secret, round, choose_by, giver_silent, rested_at, next_at, ended_at, hidden_by, hidden_words, hidden_until, replaced_by, purge_at, purged_at, iri, url, seq, lease_until, picture, picture_alt) VALUES ('06h09r0szdtk18qz1ez20y3ct8', 2, '', 'gathering', 'A lamp with a green shade', 'It works.', 'other', 'good', '', 'en', 'Lower Mill Street', NULL, 'friends', false, 1, 1, 1, '["y7b8emekgh2sd0mkmch6fhbfdr"]', '2026-11-28 12:00:00+00', '2026-11-29 12:00:00+00', '4d199e88f243f48a95b77787d296404f7c16957b60b4ca2762beda8812ebbf38', '2026-11-28 12:00:00+00', '2026-12-28 12:00:00+00', 'aerwhfsph97nh10g3wp8n4sc4g', 'Mill Street 7', 'draw', '3c55e06f3938795d2e62b165260098798c11c9f56177813d68f646fdf9b9a200', 0, NULL, false, NULL, '2026-11-29 12:15:00+00', NULL, '', '', NULL, '', NULL, NULL, '', '', 0, NULL, '', '');
INSERT INTO public.offers (id, version, home, state, title, description, category, condition, faults, language, area, windows, audience, goes_off_today, quantity, "left", max_per_claim, photos, published_at, gather_until, draw_commit, updated_at, expires_at, giver, place, choice, secret, round, choose_by, giver_silent, rested_at, next_at, ended_at, hidden_by, hidden_words, hidden_until, replaced_by, purge_at, purged_at, iri, url, seq, lease_until, picture, picture_alt) VALUES ('06h09r0t3nr1qc7cm6jh366j60', 1, 'https://birch.example/ap/collective', 'gathering', 'A chair', '', 'furniture', 'good', '', 'en', '', NULL, 'anyone', false, 1, 1, 1, NULL, '2026-11-28 12:00:00+00', NULL, '', '2026-11-28 12:00:00+00', NULL, '', '', 'draw', '', 0, NULL, false, NULL, NULL, NULL, '', '', NULL, '', NULL, NULL, 'https://birch.example/ap/offers/chair', 'https://birch.example/offers/chair', 3, '2026-12-05 12:00:00+00', '', '');


--
-- Data for Name: peers; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.peers (origin, failures, probe_at, wait_until, last_heard_at, last_tried_at, last_error, clock_skew, scheme) VALUES ('https://birch.example', 0, NULL, NULL, '2026-11-28 12:00:00+00', NULL, '', 0, '');


--
-- Data for Name: photos; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.photos (id, version, owner, subject, width, height, created_at, dropped_at) VALUES ('rn76knh7c1029b3h7rxjgmn464', 2, 'aerwhfsph97nh10g3wp8n4sc4g', 'offer:06h09r0sn5vxx4d94cqw89fdn8', 8, 6, '2026-11-24 12:00:00+00', NULL);
INSERT INTO public.photos (id, version, owner, subject, width, height, created_at, dropped_at) VALUES ('y7b8emekgh2sd0mkmch6fhbfdr', 2, 'aerwhfsph97nh10g3wp8n4sc4g', 'offer:06h09r0szdtk18qz1ez20y3ct8', 8, 6, '2026-11-28 12:00:00+00', NULL);


--
-- Data for Name: reaches; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: recovery_links; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.recovery_links (code_hash, member, expires_at) VALUES ('191d975a0197edfb686781f7ad9f386f7a1e61bb543ca823d554e54d9fdd4184', 'aerwhfsph97nh10g3wp8n4sc4g', '2026-11-28 12:15:00+00');


--
-- Data for Name: remote_keys; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: results; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.results (member, route, key, body_hash, location, status, created_at) VALUES ('xtc75pewcn2mnce4wah16m1rj0', 'POST /offers', 'k', '', '/', 303, '2026-11-28 12:00:00+00');


--
-- Data for Name: roles; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.roles (member, role, version, since, until) VALUES ('0d2nfxpy197yz1tzj1yedn2wqw', 'steward', 1, '2026-11-24 12:00:00+00', '2027-02-24 12:00:00+00');


--
-- Data for Name: rounds; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.rounds (offer, round, sheet, drawn_at) VALUES ('06h09r0sn5vxx4d94cqw89fdn8', 1, '{"offer":"https://alder.example/ap/offers/06h09r0sn5vxx4d94cqw89fdn8","round":1,"commit":"9f890397d93225573c7280829679da1d0e8e43561e5a0ea3d67c5b59da425ac4","secrets":["cddd3b5a8c08114cc7023f4cd6bf0e3c48383d1f4c33215514e5e866d02b8230"],"left":1,"claims":[{"ticket":"0643123e7c57b6c2ac49ef1c8f0ae612","quantity":1,"others_first":false},{"ticket":"e4826e5f1161d32cc3aaa338eb41b4c9","quantity":1,"others_first":false}],"order":["0643123e7c57b6c2ac49ef1c8f0ae612","e4826e5f1161d32cc3aaa338eb41b4c9"],"promised":["0643123e7c57b6c2ac49ef1c8f0ae612"]}', '2026-11-28 12:00:00+00');


--
-- Data for Name: sessions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.sessions (id, member, token_hash, label, created_on, idle_until, ends_at) VALUES ('jjd07d75nx6adbxgkzhevjzfpm', 'xtc75pewcn2mnce4wah16m1rj0', 'c4a1dcf4d9006712ffb4dab7aefd3d3868c7af38d4913160f4f490c1338856ab', 'telephone', '2026-11-28 00:00:00+00', '2026-12-12 00:00:00+00', '2027-02-26 00:00:00+00');


--
-- Data for Name: setup_links; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: shut_out; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.shut_out (subject, since) VALUES ('evil.example', '2026-11-28 12:00:00+00');


--
-- Data for Name: take_backs; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: tokens; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: uptime; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.uptime (id, alive_at, down_from, up_since) VALUES (1, '2026-11-28 12:00:00+00', '2026-11-28 12:00:00+00', '2026-11-28 12:00:00+00');


--
-- Data for Name: words; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.words (word, kind, subject) VALUES ('a', 'offer', '06h09r0sn5vxx4d94cqw89fdn8');
INSERT INTO public.words (word, kind, subject) VALUES ('bike', 'offer', '06h09r0sn5vxx4d94cqw89fdn8');
INSERT INTO public.words (word, kind, subject) VALUES ('blue', 'offer', '06h09r0sn5vxx4d94cqw89fdn8');
INSERT INTO public.words (word, kind, subject) VALUES ('it', 'offer', '06h09r0sn5vxx4d94cqw89fdn8');
INSERT INTO public.words (word, kind, subject) VALUES ('lower', 'offer', '06h09r0sn5vxx4d94cqw89fdn8');
INSERT INTO public.words (word, kind, subject) VALUES ('mill', 'offer', '06h09r0sn5vxx4d94cqw89fdn8');
INSERT INTO public.words (word, kind, subject) VALUES ('other', 'offer', '06h09r0sn5vxx4d94cqw89fdn8');
INSERT INTO public.words (word, kind, subject) VALUES ('street', 'offer', '06h09r0sn5vxx4d94cqw89fdn8');
INSERT INTO public.words (word, kind, subject) VALUES ('works', 'offer', '06h09r0sn5vxx4d94cqw89fdn8');
INSERT INTO public.words (word, kind, subject) VALUES ('a', 'offer', '06h09r0szdtk18qz1ez20y3ct8');
INSERT INTO public.words (word, kind, subject) VALUES ('green', 'offer', '06h09r0szdtk18qz1ez20y3ct8');
INSERT INTO public.words (word, kind, subject) VALUES ('it', 'offer', '06h09r0szdtk18qz1ez20y3ct8');
INSERT INTO public.words (word, kind, subject) VALUES ('lamp', 'offer', '06h09r0szdtk18qz1ez20y3ct8');
INSERT INTO public.words (word, kind, subject) VALUES ('lower', 'offer', '06h09r0szdtk18qz1ez20y3ct8');
INSERT INTO public.words (word, kind, subject) VALUES ('mill', 'offer', '06h09r0szdtk18qz1ez20y3ct8');
INSERT INTO public.words (word, kind, subject) VALUES ('other', 'offer', '06h09r0szdtk18qz1ez20y3ct8');
INSERT INTO public.words (word, kind, subject) VALUES ('shade', 'offer', '06h09r0szdtk18qz1ez20y3ct8');
INSERT INTO public.words (word, kind, subject) VALUES ('street', 'offer', '06h09r0szdtk18qz1ez20y3ct8');
INSERT INTO public.words (word, kind, subject) VALUES ('with', 'offer', '06h09r0szdtk18qz1ez20y3ct8');
INSERT INTO public.words (word, kind, subject) VALUES ('works', 'offer', '06h09r0szdtk18qz1ez20y3ct8');
INSERT INTO public.words (word, kind, subject) VALUES ('a', 'offer', '06h09r0t3nr1qc7cm6jh366j60');
INSERT INTO public.words (word, kind, subject) VALUES ('chair', 'offer', '06h09r0t3nr1qc7cm6jh366j60');
INSERT INTO public.words (word, kind, subject) VALUES ('furniture', 'offer', '06h09r0t3nr1qc7cm6jh366j60');


--
-- Name: goose_db_version_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.goose_db_version_id_seq', 10, true);


--
-- Name: activities activities_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.activities
    ADD CONSTRAINT activities_pkey PRIMARY KEY (id);


--
-- Name: actor_keys actor_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.actor_keys
    ADD CONSTRAINT actor_keys_pkey PRIMARY KEY (actor);


--
-- Name: actors actors_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.actors
    ADD CONSTRAINT actors_pkey PRIMARY KEY (iri);


--
-- Name: aparts aparts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.aparts
    ADD CONSTRAINT aparts_pkey PRIMARY KEY (agreement);


--
-- Name: askings askings_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.askings
    ADD CONSTRAINT askings_pkey PRIMARY KEY (id);


--
-- Name: blocks blocks_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.blocks
    ADD CONSTRAINT blocks_pkey PRIMARY KEY (member, other);


--
-- Name: claims claims_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.claims
    ADD CONSTRAINT claims_pkey PRIMARY KEY (id);


--
-- Name: collective collective_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.collective
    ADD CONSTRAINT collective_pkey PRIMARY KEY (id);


--
-- Name: credentials credentials_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT credentials_pkey PRIMARY KEY (member);


--
-- Name: credentials credentials_words_hash_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT credentials_words_hash_key UNIQUE (words_hash);


--
-- Name: deeds deeds_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deeds
    ADD CONSTRAINT deeds_pkey PRIMARY KEY (id);


--
-- Name: deliveries deliveries_activity_id_inbox_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_activity_id_inbox_key UNIQUE (activity_id, inbox);


--
-- Name: deliveries deliveries_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_pkey PRIMARY KEY (id);


--
-- Name: edges edges_actor_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.edges
    ADD CONSTRAINT edges_actor_key UNIQUE (actor);


--
-- Name: edges edges_origin_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.edges
    ADD CONSTRAINT edges_origin_key UNIQUE (origin);


--
-- Name: edges edges_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.edges
    ADD CONSTRAINT edges_pkey PRIMARY KEY (id);


--
-- Name: followers followers_actor_followed_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.followers
    ADD CONSTRAINT followers_actor_followed_key UNIQUE (actor, followed);


--
-- Name: followers followers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.followers
    ADD CONSTRAINT followers_pkey PRIMARY KEY (id);


--
-- Name: goose_db_version goose_db_version_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.goose_db_version
    ADD CONSTRAINT goose_db_version_pkey PRIMARY KEY (id);


--
-- Name: inbox inbox_origin_activity_id_type_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.inbox
    ADD CONSTRAINT inbox_origin_activity_id_type_key UNIQUE (origin, activity_id, type);


--
-- Name: inbox inbox_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.inbox
    ADD CONSTRAINT inbox_pkey PRIMARY KEY (id);


--
-- Name: invites invites_code_hash_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invites
    ADD CONSTRAINT invites_code_hash_key UNIQUE (code_hash);


--
-- Name: invites invites_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invites
    ADD CONSTRAINT invites_pkey PRIMARY KEY (id);


--
-- Name: jobs jobs_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_key_key UNIQUE (key);


--
-- Name: jobs jobs_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (id);


--
-- Name: journal journal_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.journal
    ADD CONSTRAINT journal_pkey PRIMARY KEY (id);


--
-- Name: kept_aparts kept_aparts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.kept_aparts
    ADD CONSTRAINT kept_aparts_pkey PRIMARY KEY (theirs);


--
-- Name: knocks knocks_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.knocks
    ADD CONSTRAINT knocks_pkey PRIMARY KEY (name_hash);


--
-- Name: letters letters_object_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.letters
    ADD CONSTRAINT letters_object_key UNIQUE (object);


--
-- Name: letters letters_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.letters
    ADD CONSTRAINT letters_pkey PRIMARY KEY (id);


--
-- Name: members members_feed_hash_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.members
    ADD CONSTRAINT members_feed_hash_key UNIQUE (feed_hash);


--
-- Name: members members_nickname_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.members
    ADD CONSTRAINT members_nickname_key_key UNIQUE (nickname_key);


--
-- Name: members members_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.members
    ADD CONSTRAINT members_pkey PRIMARY KEY (id);


--
-- Name: messages messages_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (id);


--
-- Name: notices notices_member_kind_subject_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_member_kind_subject_key UNIQUE (member, kind, subject);


--
-- Name: notices notices_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_pkey PRIMARY KEY (id);


--
-- Name: offers offers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.offers
    ADD CONSTRAINT offers_pkey PRIMARY KEY (id);


--
-- Name: peers peers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.peers
    ADD CONSTRAINT peers_pkey PRIMARY KEY (origin);


--
-- Name: photos photos_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.photos
    ADD CONSTRAINT photos_pkey PRIMARY KEY (id);


--
-- Name: reaches reaches_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reaches
    ADD CONSTRAINT reaches_pkey PRIMARY KEY (object, inbox);


--
-- Name: recovery_links recovery_links_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.recovery_links
    ADD CONSTRAINT recovery_links_pkey PRIMARY KEY (code_hash);


--
-- Name: remote_keys remote_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.remote_keys
    ADD CONSTRAINT remote_keys_pkey PRIMARY KEY (id);


--
-- Name: results results_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.results
    ADD CONSTRAINT results_pkey PRIMARY KEY (member, route, key);


--
-- Name: roles roles_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.roles
    ADD CONSTRAINT roles_pkey PRIMARY KEY (member, role);


--
-- Name: rounds rounds_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rounds
    ADD CONSTRAINT rounds_pkey PRIMARY KEY (offer, round);


--
-- Name: sessions sessions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);


--
-- Name: sessions sessions_token_hash_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_token_hash_key UNIQUE (token_hash);


--
-- Name: setup_links setup_links_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.setup_links
    ADD CONSTRAINT setup_links_pkey PRIMARY KEY (code_hash);


--
-- Name: shut_out shut_out_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.shut_out
    ADD CONSTRAINT shut_out_pkey PRIMARY KEY (subject);


--
-- Name: take_backs take_backs_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.take_backs
    ADD CONSTRAINT take_backs_pkey PRIMARY KEY (asked);


--
-- Name: tokens tokens_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (id);


--
-- Name: tokens tokens_token_hash_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_token_hash_key UNIQUE (token_hash);


--
-- Name: uptime uptime_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.uptime
    ADD CONSTRAINT uptime_pkey PRIMARY KEY (id);


--
-- Name: words words_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.words
    ADD CONSTRAINT words_pkey PRIMARY KEY (kind, word, subject);


--
-- Name: activities_object; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX activities_object ON public.activities USING btree (object, recipient, id);


--
-- Name: activities_outbox; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX activities_outbox ON public.activities USING btree (actor, id) WHERE public;


--
-- Name: activities_purge; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX activities_purge ON public.activities USING btree (purge_at) WHERE (purge_at IS NOT NULL);


--
-- Name: actors_age; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX actors_age ON public.actors USING btree (fetched_at);


--
-- Name: askings_asker; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX askings_asker ON public.askings USING btree (asker, id);


--
-- Name: askings_hold; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX askings_hold ON public.askings USING btree (hold_until, id) WHERE (state = 'promised'::text);


--
-- Name: askings_live; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX askings_live ON public.askings USING btree (mirror, asker) WHERE (state = ANY (ARRAY['queued'::text, 'on_its_way'::text, 'silent'::text, 'gathering'::text, 'waiting'::text, 'promised'::text]));


--
-- Name: askings_mirror; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX askings_mirror ON public.askings USING btree (mirror, id);


--
-- Name: askings_peer; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX askings_peer ON public.askings USING btree (peer, id);


--
-- Name: askings_purge; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX askings_purge ON public.askings USING btree (purge_at, id) WHERE (purge_at IS NOT NULL);


--
-- Name: askings_theirs; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX askings_theirs ON public.askings USING btree (theirs) WHERE (theirs <> ''::text);


--
-- Name: askings_unanswered; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX askings_unanswered ON public.askings USING btree (asked_at, id) WHERE (state = 'on_its_way'::text);


--
-- Name: blocks_other; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX blocks_other ON public.blocks USING btree (other);


--
-- Name: claims_asked; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX claims_asked ON public.claims USING btree (peer, asked, id) WHERE (peer <> ''::text);


--
-- Name: claims_asker; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX claims_asker ON public.claims USING btree (asker, id) WHERE (asker <> ''::text);


--
-- Name: claims_hold; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX claims_hold ON public.claims USING btree (offer, hold_until) WHERE (state = 'promised'::text);


--
-- Name: claims_live; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX claims_live ON public.claims USING btree (offer, asker, peer, handle) WHERE (state = ANY (ARRAY['gathering'::text, 'waiting'::text, 'promised'::text]));


--
-- Name: claims_offer; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX claims_offer ON public.claims USING btree (offer, id);


--
-- Name: claims_peer; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX claims_peer ON public.claims USING btree (peer, id) WHERE (peer <> ''::text);


--
-- Name: claims_purge; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX claims_purge ON public.claims USING btree (purge_at, id) WHERE (purge_at IS NOT NULL);


--
-- Name: claims_ticket; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX claims_ticket ON public.claims USING btree (offer, ticket);


--
-- Name: deeds_age; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX deeds_age ON public.deeds USING btree (at, id);


--
-- Name: deliveries_age; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX deliveries_age ON public.deliveries USING btree (queued_at) WHERE (state = 'due'::text);


--
-- Name: deliveries_ended; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX deliveries_ended ON public.deliveries USING btree (ended_at) WHERE (ended_at IS NOT NULL);


--
-- Name: deliveries_lane; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX deliveries_lane ON public.deliveries USING btree (host, id) WHERE (state = 'due'::text);


--
-- Name: deliveries_leased; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX deliveries_leased ON public.deliveries USING btree (host, lease_until) WHERE (lease_until IS NOT NULL);


--
-- Name: deliveries_order; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX deliveries_order ON public.deliveries USING btree (inbox, object, id) WHERE ((state = 'due'::text) AND (object <> ''::text));


--
-- Name: deliveries_stuck; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX deliveries_stuck ON public.deliveries USING btree (id) WHERE (state = ANY (ARRAY['gone'::text, 'parked'::text]));


--
-- Name: edges_ended; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX edges_ended ON public.edges USING btree (since) WHERE (state = ANY (ARRAY['declined'::text, 'parted'::text]));


--
-- Name: followers_inbox; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX followers_inbox ON public.followers USING btree (followed, inbox);


--
-- Name: followers_origin; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX followers_origin ON public.followers USING btree (origin);


--
-- Name: inbox_about; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX inbox_about ON public.inbox USING btree (about) WHERE (about <> ''::text);


--
-- Name: inbox_ended; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX inbox_ended ON public.inbox USING btree (ended_at) WHERE (ended_at IS NOT NULL);


--
-- Name: inbox_parked; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX inbox_parked ON public.inbox USING btree (id) WHERE (state = 'parked'::text);


--
-- Name: inbox_pending; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX inbox_pending ON public.inbox USING btree (id) WHERE (state = 'pending'::text);


--
-- Name: inbox_purge; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX inbox_purge ON public.inbox USING btree (purge_at) WHERE (purge_at IS NOT NULL);


--
-- Name: inbox_waiting; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX inbox_waiting ON public.inbox USING btree (received_at, id) WHERE (state = 'pending'::text);


--
-- Name: invites_expiry; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX invites_expiry ON public.invites USING btree (expires_at);


--
-- Name: invites_maker; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX invites_maker ON public.invites USING btree (made_by, id);


--
-- Name: jobs_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX jobs_due ON public.jobs USING btree (run_at, id) WHERE (NOT parked);


--
-- Name: journal_published; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX journal_published ON public.journal USING btree (published_at) WHERE (published_at IS NOT NULL);


--
-- Name: journal_unpublished; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX journal_unpublished ON public.journal USING btree (id) WHERE (published_at IS NULL);


--
-- Name: kept_aparts_member; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX kept_aparts_member ON public.kept_aparts USING btree (member, peer, theirs);


--
-- Name: knocks_age; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX knocks_age ON public.knocks USING btree (last_at);


--
-- Name: letters_age; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX letters_age ON public.letters USING btree (received_at);


--
-- Name: letters_unread; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX letters_unread ON public.letters USING btree (id) WHERE (read_at IS NULL);


--
-- Name: messages_agreement; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX messages_agreement ON public.messages USING btree (agreement, sent_at, id);


--
-- Name: messages_origin; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX messages_origin ON public.messages USING btree (agreement, origin) WHERE (origin <> ''::text);


--
-- Name: notices_age; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX notices_age ON public.notices USING btree (at);


--
-- Name: notices_newest; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX notices_newest ON public.notices USING btree (member, at, id);


--
-- Name: notices_subject; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX notices_subject ON public.notices USING btree (kind, subject);


--
-- Name: offers_giver; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX offers_giver ON public.offers USING btree (giver, id) WHERE (home = ''::text);


--
-- Name: offers_hidden; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX offers_hidden ON public.offers USING btree (hidden_until DESC, id DESC) WHERE ((hidden_until IS NOT NULL) AND (replaced_by = ''::text) AND (purged_at IS NULL));


--
-- Name: offers_home; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX offers_home ON public.offers USING btree (home, id);


--
-- Name: offers_iri; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX offers_iri ON public.offers USING btree (iri) WHERE (iri <> ''::text);


--
-- Name: offers_lease; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX offers_lease ON public.offers USING btree (lease_until, id) WHERE (lease_until IS NOT NULL);


--
-- Name: offers_listed; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX offers_listed ON public.offers USING btree (published_at DESC, id DESC) WHERE listed;


--
-- Name: offers_listed_category; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX offers_listed_category ON public.offers USING btree (category, published_at DESC, id DESC) WHERE listed;


--
-- Name: offers_listed_home; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX offers_listed_home ON public.offers USING btree (home, published_at DESC, id DESC) WHERE listed;


--
-- Name: offers_next; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX offers_next ON public.offers USING btree (next_at, id) WHERE (next_at IS NOT NULL);


--
-- Name: offers_public; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX offers_public ON public.offers USING btree (published_at DESC, id DESC) WHERE (listed AND (home = ''::text) AND (audience = 'anyone'::text));


--
-- Name: offers_public_category; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX offers_public_category ON public.offers USING btree (category, published_at DESC, id DESC) WHERE (listed AND (home = ''::text) AND (audience = 'anyone'::text));


--
-- Name: offers_purge; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX offers_purge ON public.offers USING btree (purge_at, id) WHERE (purge_at IS NOT NULL);


--
-- Name: offers_rested; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX offers_rested ON public.offers USING btree (rested_at, id) WHERE (rested_at IS NOT NULL);


--
-- Name: peers_turn; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX peers_turn ON public.peers USING btree (last_tried_at NULLS FIRST, origin);


--
-- Name: photos_dropped; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX photos_dropped ON public.photos USING btree (dropped_at, id) WHERE (dropped_at IS NOT NULL);


--
-- Name: photos_unattached; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX photos_unattached ON public.photos USING btree (created_at) WHERE ((subject = ''::text) AND (dropped_at IS NULL));


--
-- Name: reaches_until; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX reaches_until ON public.reaches USING btree (until) WHERE (until IS NOT NULL);


--
-- Name: recovery_links_expiry; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX recovery_links_expiry ON public.recovery_links USING btree (expires_at);


--
-- Name: recovery_links_member; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX recovery_links_member ON public.recovery_links USING btree (member);


--
-- Name: remote_keys_owner; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX remote_keys_owner ON public.remote_keys USING btree (owner);


--
-- Name: remote_keys_tried; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX remote_keys_tried ON public.remote_keys USING btree (tried_at);


--
-- Name: results_age; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX results_age ON public.results USING btree (created_at);


--
-- Name: roles_term; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX roles_term ON public.roles USING btree (role, until, member);


--
-- Name: sessions_idle; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX sessions_idle ON public.sessions USING btree (idle_until);


--
-- Name: sessions_member; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX sessions_member ON public.sessions USING btree (member, id);


--
-- Name: take_backs_age; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX take_backs_age ON public.take_backs USING btree (at);


--
-- Name: tokens_expiry; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tokens_expiry ON public.tokens USING btree (expires_at) WHERE (expires_at IS NOT NULL);


--
-- Name: tokens_member; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tokens_member ON public.tokens USING btree (member, id);


--
-- Name: words_subject; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX words_subject ON public.words USING btree (kind, subject);


--
-- Name: askings askings_mirror_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.askings
    ADD CONSTRAINT askings_mirror_fkey FOREIGN KEY (mirror) REFERENCES public.offers(id);


--
-- Name: blocks blocks_member_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.blocks
    ADD CONSTRAINT blocks_member_fkey FOREIGN KEY (member) REFERENCES public.members(id);


--
-- Name: blocks blocks_other_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.blocks
    ADD CONSTRAINT blocks_other_fkey FOREIGN KEY (other) REFERENCES public.members(id);


--
-- Name: claims claims_offer_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.claims
    ADD CONSTRAINT claims_offer_fkey FOREIGN KEY (offer) REFERENCES public.offers(id);


--
-- Name: credentials credentials_member_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT credentials_member_fkey FOREIGN KEY (member) REFERENCES public.members(id);


--
-- Name: deeds deeds_made_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deeds
    ADD CONSTRAINT deeds_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.members(id);


--
-- Name: deliveries deliveries_activity_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_activity_id_fkey FOREIGN KEY (activity_id) REFERENCES public.activities(id) ON DELETE CASCADE;


--
-- Name: deliveries deliveries_host_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_host_fkey FOREIGN KEY (host) REFERENCES public.peers(origin);


--
-- Name: edges edges_actor_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.edges
    ADD CONSTRAINT edges_actor_fkey FOREIGN KEY (actor) REFERENCES public.actors(iri);


--
-- Name: followers followers_actor_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.followers
    ADD CONSTRAINT followers_actor_fkey FOREIGN KEY (actor) REFERENCES public.actors(iri);


--
-- Name: inbox inbox_origin_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.inbox
    ADD CONSTRAINT inbox_origin_fkey FOREIGN KEY (origin) REFERENCES public.peers(origin);


--
-- Name: invites invites_made_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invites
    ADD CONSTRAINT invites_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.members(id);


--
-- Name: notices notices_member_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_member_fkey FOREIGN KEY (member) REFERENCES public.members(id);


--
-- Name: recovery_links recovery_links_member_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.recovery_links
    ADD CONSTRAINT recovery_links_member_fkey FOREIGN KEY (member) REFERENCES public.members(id);


--
-- Name: roles roles_member_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.roles
    ADD CONSTRAINT roles_member_fkey FOREIGN KEY (member) REFERENCES public.members(id);


--
-- Name: rounds rounds_offer_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rounds
    ADD CONSTRAINT rounds_offer_fkey FOREIGN KEY (offer) REFERENCES public.offers(id);


--
-- Name: sessions sessions_member_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_member_fkey FOREIGN KEY (member) REFERENCES public.members(id);


--
-- Name: tokens tokens_member_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_member_fkey FOREIGN KEY (member) REFERENCES public.members(id);


--
-- PostgreSQL database dump complete
--


