"""The planted defects: what each one does, the clause it breaks and the stories that should notice.

This is the register only; each defect lives where such a bug would live and asks ``switches.on(ID)``
there. Kinds: E easy, S subtle, P for some requests or records only, C under concurrency only, L with lag
or time only, R with a lost answer or a repeat only. M numbers are the catalogue's, N numbers our own.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Defect:
    """One planted defect."""

    id: str
    kind: str
    clause: str
    stories: tuple[str, ...]
    text: str

    @property
    def manners(self) -> tuple[str, ...]:
        """The odd manners of the service that it is planted in: the promise that it breaks is theirs."""
        return _MANNERS.get(self.id, ())


# Defects that break a promise which the service makes only where it has these manners (`oddities`).
_MANNERS = {"M92": ("B68",), "M107": ("B69",)}


def _list(rows: str) -> dict[str, Defect]:
    defects = {}
    for row in rows.strip().splitlines():
        name, kind, clause, stories, text = (part.strip() for part in row.split("|"))
        defects[name] = Defect(name, kind, clause, tuple(stories.split()), text)
    return defects


_CREATING = """
M01 | E | 2.1 | LOOK-01 OPS-05 | answers 201 but stores nothing
M02 | E | 2.1 | REG-01 | gives no id in the answer to a create
M03 | S | 2.1 | REG-01 | Location leads to the user created before
M04 | S | 1.3 | REG-02 | collapses inner double blanks in names
M05 | S | 1.3 | REG-02 | drops characters outside the basic plane
M06 | S | 1.3 | REG-02 | stores text as Latin-1
M08 | S | 1.3 | REG-02 UPD-02 | escapes markup at each save
M09 | S | 1.2 | REJ-06 REG-02 | silently cuts names at half the promised length
M10 | C | 6.5 | REG-03 REG-08 | makes ids from a coarse clock; two in one tick overwrite each other
M11 | S | 1.1 | REG-04 | gives the id of the last deleted user to the next one
M13 | S | 1.4 | REG-05 | writes local time and labels it Z
M14 | E | 1.5 | REG-06 | honours an id that the caller chose
M15 | S | 7.4 | REG-06 SEC-06 | stores a role that the caller chose on create
M25 | S | 2.12 | OPS-03 | the id is a number on create and text elsewhere
M94 | S | 3.4 | REG-07 RTY-03 | answers 422 after having stored the user
M97 | R | 2.1 | RTY-05 | a late last byte makes an empty body and a blank user
N01 | S | 1.5 | REG-06 | stores a createdAt that the caller chose
N02 | S | 1.3 | REG-02 | trims names without having said so
N03 | S | 1.3 | REG-02 | turns number-like text into numbers and back
N04 | S | 1.3 | REG-02 | strips markup from names
N05 | C | 6.5 | REG-08 | answers one create with the user of another that runs at the same time
N06 | P | 5.8 | RTY-04 REG-02 REG-03 DIR-02 OPS-05 | 1 in 40 creations is acknowledged and lost
N109 | S | 2.1 | REG-01 REG-02 | Location leads to the list where a user has no nickname
N118 | S | 1.6 | REG-02 | refuses the longest allowed password
N177 | S | 3.5 | REJ-06 REJ-11 | long names and nicknames of many bytes together answer 500
N62 | S | 1.3 | REG-02 | nicknames lose what stands in angle brackets
"""

_READING = """
M18 | S | 2.4 | LOOK-02 | looking a user up moves updatedAt
M19 | E | 2.4 | LOOK-03 | an unknown id answers 200 with null
M20 | E | 3.5 | LOOK-03 | an unknown id answers 500
M22 | S | 7.3 | SEC-03 LOOK-04 | caches answers by path, without the caller
M23 | S | 2.4 | LOOK-03 | HEAD of an unknown id answers 200
M24 | S | 6.1 | LOOK-05 | says "not modified" after a change
M117 | L | 5.3 | EVC-07 | before it is visible, a user is shown as a placeholder
M138 | E | 7.3 | SEC-03 | shows users of another tenant
M143 | S | 1.6 | SEC-07 SEC-08 | shows the password hash in lists
M157 | P | 8.5 | OPS-02 | one look-up in five takes 0.8 s
M158 | S | 2.12 | OPS-03 | lists write dates in another format
M159 | S | 2.12 | OPS-03 | NaN in a list
N56 | S | 1.7 | OPS-03 | a member twice in a user: its value depends on the order of reading
N07 | S | 2.4 | LOOK-03 | the beginning of an id is enough to find a user
N76 | S | 2.4 | LOOK-03 | an id ends for the service at a null character
N90 | S | 3.5 | REG-02 OPS-06 | a list fails for good once a name with a backslash was stored
N110 | S | 2.4 | LOOK-02 | HEAD announces a body of no bytes
N117 | S | 6.1 | LOOK-05 | whoever asks for a deleted user by version is told that nothing has changed
N08 | S | 2.4 | LOOK-03 | ids are compared without case
N09 | C | 5.3 | LOOK-04 | two look-ups at once may get one another's user
N10 | P | 5.2 | EVC-04 EVC-02 | 1 in 10 look-ups shows the first version that was ever read
"""

_CHANGING = """
M12 | S | 1.4 | UPD-06 | each change sets createdAt anew
M26 | S | 2.5 | UPD-03 | PUT keeps what was left out
N137 | S | 2.5 | UPD-03 | PUT keeps a nickname that was left out if nothing else changes
M27 | E | 2.5 | UPD-05 | PUT on an unknown id creates a user
M28 | E | 2.5 | UPD-01 | PUT answers the new values and stores nothing
M29 | S | 3.4 | UPD-04 | a refused PUT stores the good fields
M32 | S | 1.5 | UPD-06 | an id in the body moves the user there
N168 | S | 1.5 | UPD-07 | the id in the body of a change or replacement decides who is changed
N176 | S | 5.3 | UPD-07 | a change of name is made for everyone of the same nickname
M33 | P | 2.5 | UPD-07 | changing one user in seven changes a neighbour too
M34 | S | 1.4 | UPD-07 UPD-08 | updatedAt never moves
M35 | E | 2.6 | PAT-01 | PATCH clears what it does not name
M36 | S | 2.6 | PAT-02 | PATCH ignores null
N138 | S | 2.6 | PAT-02 | PATCH ignores null where another field is named too
M37 | S | 2.6 | PAT-03 | a refused PATCH stores the good fields
M38 | E | 3.5 | PAT-04 | an empty PATCH answers 500
M96 | R | 4.9 | RTY-02 UPD-02 | the same PUT or PATCH again within a second clears the nickname
M100 | E | 6.2 | EDT-02 | ignores If-Match on PUT and PATCH
M102 | S | 6.1 | EDT-05 | the entity tag does not see the email
M103 | C | 6.2 | EDT-03 EDT-04 | compares the tag and writes later: two editors succeed
M106 | S | 6.1 | EDT-01 EDT-05 | the entity tag is new on every look-up
M133 | S | 3.1 | REJ-11 | PATCH does not check lengths
M134 | S | 3.1 | REJ-11 | PUT does not check the address
M142 | S | 7.4 | SEC-06 | PATCH stores a role
M160 | E | 6.1 | OPS-04 EDT-01 LOOK-05 | never sends an entity tag
N11 | S | 7.4 | SEC-06 | PUT stores a role
N12 | S | 3.4 | UNQ-05 RTY-03 UPD-04 | a change refused for its email stores the name
N152 | S | 3.4 | UNQ-05 | a PATCH refused for its email stores the name
N13 | S | 6.2 | EDT-02 | answers 412 and applies the change all the same
N14 | S | 6.1 | EDT-05 | two changes within one second have one entity tag
N15 | C | 6.3 | PAT-05 | changes made at once overwrite one another
N16 | C | 6.6 | DEL-07 | a change that crosses a deletion brings the user back
N17 | P | 5.8 | UPD-01 UPD-02 UPD-03 UPD-05 UPD-06 UPD-07 UPD-08 PAT-01 PAT-02 PAT-03 PAT-05 UNQ-05 DIR-03 DIR-08 EVC-02 RTY-02 OPS-05 | loses 1 in 25 changes
N19 | L | 5.7 | EDT-02 EDT-03 | If-Match is compared with a lagging replica
N58 | S | 6.2 | EDT-02 | for If-Match the beginning of a tag, or more than it, is enough
N172 | S | 6.1 | EDT-05 | after four changes a user has an entity tag of an earlier state again
N111 | S | 6.1 | EDT-01 REG-02 | a look-up of a user without a nickname has no entity tag
N167 | S | 6.1 | EDT-01 | the answer to a change tells the version that it was based on
N112 | S | 6.2 | EDT-02 EDT-06 | an If-Match without quotes is ignored
N59 | S | 1.4 | EDT-02 EDT-06 | a save refused as outdated moves the date of change
N61 | S | 1.3 | UPD-01 PAT-01 REG-02 | replacements and changes trim names, creations do not
N81 | S | 2.12 | UPD-06 UPD-08 | the answer to a replacement tells its own moment as createdAt
"""  # noqa: E501 - a row is a row

_DELETING = """
M40 | E | 2.7 | DEL-01 | answers 204 and deletes nothing
M41 | E | 3.5 | DEL-02 | a second delete answers 500
M42 | S | 2.7 | DEL-03 | a deleted user stays in lists
M43 | S | 2.7 | DEL-03 | a deleted user is still found by email
M44 | S | 2.7 | DEL-05 | deletes everyone of the same name
M45 | S | 2.7 | DEL-06 | changing a deleted user revives them
M47 | S | 2.7 | DEL-08 | DELETE of the collection deletes everyone
N75 | S | 2.7 | DEL-01 | users of many versions are not deleted, whatever is answered
M49 | P | 5.8 | DEL-01 DEL-02 DEL-03 DEL-04 DEL-06 SES-01 OPS-05 | 1 in 15 deletions is acknowledged and lost
M50 | S | 2.3 | UNQ-08 | the address of a deleted user stays taken
M105 | S | 6.2 | EDT-06 | DELETE ignores If-Match
N135 | S | 6.2 | EDT-06 | DELETE ignores If-Match for users who were changed twice
M107 | E | 6.2 | EDT-07 | where a version is required, a write that names none is carried out
M113 | L | 5.1 | EVC-08 DEL-03 | lists keep deleted users for three bounds
N149 | C | 3.5 | DEL-07 | of two deletions at once the second answers 500
N179 | C | 6.6 | DEL-07 UNQ-08 | a change of a user who is gone reserves its email
N20 | L | 5.2 | DEL-04 EVC-03 EVC-04 | after the bound a deleted user comes back for a while
"""

_LISTING = """
M51 | E | 2.8 | DIR-02 | each page begins with the last user of the one before
M52 | P | 2.8 | DIR-02 | pages by offset over an order that shuffles equal keys
M53 | E | 2.8 | DIR-04 | ignores the page size
M55 | S | 2.8 | DIR-03 | the cursor is an offset: deletions make it skip users
M56 | S | 3.5 | DIR-04 | a page size of 0 answers 500, a negative one gives everyone
M57 | S | 2.8 | DIR-05 DIR-02 DIR-01 | after the last page comes the first one again
M58 | E | 2.9 | DIR-06 | an email that nobody has finds everyone
M59 | S | 2.9 | DIR-06 | "+" in the email searched for is read as a blank
M60 | S | 2.9 | DIR-06 | "_" and "%" are wildcards in the email searched for
M61 | S | 2.11 | DIR-09 | the total counts deleted users
M62 | L | 2.12 | DIR-08 EVC-08 | lists show the name from creation for ever
M63 | S | 2.8 | DIR-01 | names with other than ASCII letters are missing from lists
M64 | E | 2.10 | DIR-07 | lists in order of creation, whatever was asked for
M120 | L | 5.1 | EVC-08 DIR-06 | the search never sees a new email
M140 | S | 7.3 | SEC-05 | the search finds users of other tenants
N21 | S | 2.8 | DIR-05 | a made-up cursor leads to the first page
N22 | S | 2.8 | DIR-04 | a page size above the limit is honoured
N91 | S | 2.8 | DIR-04 | a page that is asked for without a size has the largest size
N23 | S | 2.10 | DIR-07 | descending order ascends
N24 | S | 2.10 | DIR-07 | equal keys come in another order each time
N25 | L | 5.1 | EVC-08 DIR-01 | lists come from a cache that is three bounds old
N26 | S | 7.3 | SEC-05 | the total counts users of other tenants
N27 | S | 7.3 | SEC-05 | cursors work for another tenant and show the issuer's users
N63 | S | 7.3 | SEC-05 | a sorted list shows everyone, whosever they are
N79 | S | 2.9 | DIR-06 | a search for an email that a replacement gave up still finds the user
N80 | S | 5.1 | EVC-10 | a search that found nobody finds nobody for three bounds
N82 | S | 2.8 | DIR-02 | a cursor of a sorted list skips everybody of an equal key
N142 | S | 2.8 | DIR-02 | names are sorted without regard to case, and cursors of them compared with it
N147 | S | 2.8 | DIR-02 | the link to the next page forgets how many users were asked for
N148 | S | 2.10 | DIR-07 | each page is sorted for itself
N143 | S | 2.10 | DIR-07 | the newest first are those changed last
N173 | S | 2.8 | DIR-02 | cursors of a sorted list read names as Latin-1
N175 | S | 2.9 | DIR-06 | an order makes a search forget the email
N178 | S | 2.8 | DIR-02 DIR-09 | a last page of one user is not led to
N151 | S | 2.9 | DIR-06 | a search reads its text as Latin-1
N146 | S | 2.9 | DIR-06 | escapes in the email searched for are undone twice
N160 | S | 6.1 | DIR-06 | lists and searches have a tag of the ids that they show, whatever was changed
N166 | S | 3.5 | DIR-06 | a quotation mark in the email searched for answers 500
N161 | S | 3.5 | REJ-10 | the list answers 500 to HEAD
N83 | S | 2.12 | OPS-03 | searches write creation dates as numbers
N104 | S | 3.5 | DIR-05 | a cursor that is a number answers 500
N141 | S | 3.5 | DIR-05 | an empty cursor answers 500
N125 | S | 3.5 | DIR-07 | an order that does not exist answers 500
N126 | S | 3.5 | DIR-04 DIR-07 | a parameter of a list that is named twice answers 500
N77 | S | 7.3 | SEC-05 | lists are kept by their address for half a second, whoever asks
"""

_UNIQUENESS = """
M65 | E | 2.3 | UNQ-01 | no uniqueness at all
M66 | S | 2.3 | UNQ-02 | capitals make a new address
M67 | S | 2.3 | UNQ-02 | an outer blank makes a new address
M68 | S | 2.3 | UNQ-02 | a decomposed accent makes a new address
M69 | C | 6.4 | UNQ-04 | looks whether an address is free and takes it 5 to 30 ms later
M70 | S | 2.3 | UNQ-05 | PATCH may take a used address
M71 | S | 2.3 | UNQ-06 | keeping one's own address is a conflict
M72 | L | 5.7 | UNQ-01 UNQ-04 | looks for a used address on a lagging replica
M74 | S | 2.3 | UNQ-08 | an address stays taken after its user changed to another
N133 | S | 2.3 | UNQ-08 | an address stays taken that its user gives up after two other changes
N134 | S | 2.3 | UNQ-08 | the address of a deleted user stays taken if it has capitals
N28 | S | 2.3 | UNQ-03 | plus tags are cut off when addresses are compared
N29 | S | 2.3 | UNQ-03 | dots before the @ are ignored when addresses are compared
N30 | S | 2.3 | UNQ-03 | dotless i is taken for i when addresses are compared
N119 | S | 2.3 | UNQ-06 | writing one's own address in other letters is a conflict
N71 | S | 2.3 | UNQ-03 | accents are dropped when addresses are compared
N78 | S | 2.3 | UNQ-03 | replacements overlook tags when they compare addresses
N31 | S | 3.4 | UNQ-07 | a refused creation reserves its address
N145 | S | 3.4 | UNQ-07 | a change or replacement that is not valid reserves its address
N144 | S | 3.4 | EDT-02 | a save refused as outdated reserves its address
N32 | S | 2.3 | UNQ-01 UNQ-05 | an address acquired by PATCH is not protected
N170 | S | 2.3 | UNQ-05 | an address is not protected that a change or replacement writes with blanks
N64 | S | 2.3 | UNQ-05 | who is refused an email by a change loses hold of their own
"""

_REPEATING = """
M77 | E | 4.1 | RPT-01 | ignores the key
M78 | S | 4.1 | RPT-02 | a repeat answers 200 without a body
M79 | S | 4.1 | RPT-02 | a repeat answers with a new id
M80 | E | 4.1 | RPT-02 | no marker on a repeat
M81 | S | 4.2 | RPT-04 | another body with the same key gets the first answer
M82 | S | 4.2 | RPT-04 | another body with the same key is carried out
M85 | S | 4.7 | RPT-08 | keys are shared by all tenants
M86 | C | 4.3 | RPT-06 | two requests with one key at once both run
N150 | C | 4.2 | RPT-06 | while a key is in progress, a request with another body runs too
M88 | R | 4.4 | RPT-07 RPT-11 | remembers success before the work; a crash in between creates nobody
M90 | S | 4.7 | RPT-05 | PATCH with the key of a POST gets the answer of the POST
M92 | E | 4.1 | RPT-10 | where a key is required, a creation without one is accepted
M93 | R | 4.5 | RPT-11 | remembers a 503 and repeats it for ever
M98 | R | 4.4 | RPT-07 | a caller that hangs up gets the work undone and the key kept as done
M161 | S | 4.6 | RPT-03 | a repeat after the deletion creates the user again
M162 | R | 2.2 | RTY-01 | inserts twice when the caller hangs up, without a key
N33 | S | 4.7 | RPT-05 | keys are compared without case
N34 | S | 4.7 | RPT-05 | only the first 24 characters of a key count
N153 | S | 4.7 | RPT-05 | only the first 64 characters of a key count
N136 | S | 4.7 | RPT-05 | keys are decoded as parts of a URL are
N35 | S | 4.7 | RPT-09 | a key is forgotten after 50 others
N181 | L | 4.7 | RPT-09 | a key is forgotten after half the bound
N36 | S | 4.4 | RPT-11 RPT-07 RTY-03 | a key whose request was refused stays in progress
N37 | S | 4.1 | RPT-02 | a repeat has no Location
N38 | R | 4.1 | RPT-01 RPT-06 | a key is known only half a second later
N155 | S | 3.5 | RPT-05 | a key beyond ASCII answers 500
N159 | S | 7.2 | RPT-08 | who may only read is told the first answer of a key
N39 | S | 4.8 | RPT-05 REJ-01 | an empty key is accepted
N140 | S | 4.8 | RPT-05 | the longest allowed key is refused
N40 | S | 4.6 | RPT-03 | a repeat shows the user as it is now, or 404
N57 | S | 4.7 | RPT-05 | a key of a creation counts for deletions too, which delete nothing then
"""

_CONSISTENCY = """
M108 | P | 5.1 | EVC-01 EVC-02 EVC-04 | one of three replicas never receives anything
M109 | L | 5.1 | EVC-01 EVC-02 EVC-03 | converges after two bounds
M114 | C | 5.4 | EVC-09 | replicas disagree for ever after writes at once
M115 | P | 5.5 | SES-01 | one connection in three does not see its own writes
M116 | S | 5.5 | SES-02 | the token of a read promises nothing: old-new-old in one session
N180 | S | 5.5 | SES-02 | a token shows the state that it was given for, for ever
M118 | L | 5.6 | SES-04 | ignores the wish for the newest state
M163 | P | 5.5 | EVC-11 | an answer becomes visible before the question that it depends on
M164 | P | 5.4 | SES-03 EVC-05 | applies quick writes out of order on a replica
N41 | L | 5.3 | EVC-06 | replicas take over one field first and the others later
N42 | L | 5.1 | EVC-01 | new users become visible after 1.3 bounds, other changes in time
N66 | S | 5.5 | SES-01 | a deletion is answered without a token
"""

_REFUSING = """
M121 | E | 3.1 | REJ-01 | accepts a user without name or email
M122 | S | 3.1 | REJ-01 | accepts a name of blanks
M123 | S | 3.1 | REJ-01 REJ-09 | refuses with 200 and an error
M124 | E | 3.1 | REJ-02 | accepts "a@"
M125 | S | 1.2 | REJ-03 | converts numbers, lists and truth values into text
M126 | E | 3.5 | REJ-04 | a garbled body answers 500
M127 | S | 3.1 | REJ-04 | ignores rubbish after the object
M128 | S | 3.2 | REJ-05 | accepts text/plain
M129 | S | 3.2 | REJ-08 | 405 without Allow
M130 | S | 3.3 | REJ-09 | the status in the body is not the status of the answer
M131 | E | 3.3 | REJ-09 SEC-08 | shows a stack trace
M132 | S | 3.5 | REJ-10 REG-02 | a quote in a name answers 500
N74 | S | 3.2 | REJ-07 | bodies whose length is not announced may be as large as they like
N129 | S | 3.2 | REJ-07 | a body that is exactly as large as promised is refused
N130 | S | 3.2 | REJ-07 | the limit of bodies is a kilobyte higher than promised
M165 | S | 3.2 | REJ-07 | after an enormous body the next requests fail
N43 | S | 3.1 | REJ-09 REJ-01 | names the first bad field only
N45 | S | 1.2 | REJ-06 | refuses the longest allowed nickname
N46 | S | 3.3 | REJ-09 | an unknown id answers 404 with a page of HTML
N72 | S | 1.2 | REJ-06 REJ-11 | replacements refuse the longest allowed name
N73 | S | 1.2 | REJ-06 REJ-11 | changes cut names after 64 characters and say nothing
N65 | S | 1.6 | REJ-06 REJ-11 | replacements take passwords of any length
N105 | S | 3.3 | REJ-09 RPT-04 | a key that is used again is refused with another status in the body
N113 | S | 3.1 | REJ-01 REJ-11 | a refused change names its first bad field only
N139 | S | 3.1 | REJ-01 | a bad password hides the other bad fields
N114 | S | 3.2 | REJ-05 | a change whose media type names a character set is refused with 415
N67 | S | 3.3 | REJ-09 | only some refusals are problem details: 401, 403 and 412 are plain text
N100 | S | 3.5 | REJ-04 REJ-10 | a body that is a bare number, or NaN, answers 500
N127 | S | 3.5 | REJ-10 | a body that names a member twice answers 500
N163 | S | 3.5 | REJ-10 | a password of more bytes than it may have characters answers 500
N164 | S | 3.3 | REJ-09 | a refusal for its email has the words of the database
N165 | S | 3.5 | REJ-10 | half a character in a change answers 500
N156 | S | 3.5 | REJ-10 | a consistency token that cannot be read answers 500
N157 | S | 3.5 | REJ-10 | a correlation id beyond ASCII answers 500
N158 | S | 3.5 | REJ-10 | a number of more than 4300 digits answers 500
N131 | S | 3.5 | REJ-10 | a look-up whose If-None-Match is garbled answers 500
N101 | S | 3.5 | REJ-10 | an unknown character set answers 500
N102 | S | 3.5 | REJ-10 REJ-11 | a change of a required detail to null answers 500
"""

_ACCESS = """
M135 | S | 7.1 | SEC-01 | DELETE needs no token
M136 | S | 7.1 | SEC-02 | only the first half of a token is looked at
M137 | S | 7.1 | SEC-01 | 401 without WWW-Authenticate
M146 | S | 7.4 | SEC-09 | a method override turns POST into DELETE
M147 | S | 7.5 | SEC-09 | copies the name into a header, line breaks and all
M148 | S | 7.5 | SEC-08 | lets shared caches keep private answers
N106 | S | 7.5 | SEC-08 | shared caches may keep that there is no such user
N115 | S | 7.3 | SEC-04 | another tenant who names the version may change a user
N116 | S | 7.2 | SEC-06 | a read-only token may not search
N47 | S | 7.2 | SEC-06 | a read-only token may PATCH
N48 | S | 7.3 | SEC-04 | another tenant may change a user
N49 | S | 7.3 | SEC-04 | another tenant may delete a user
N50 | S | 1.6 | SEC-07 | the answer to a create shows the password
N51 | S | 1.6 | SEC-07 REJ-09 | a refusal shows the password that was sent
N52 | S | 3.3 | SEC-08 SEC-02 | a 401 shows the token that was sent
N60 | S | 7.1 | SEC-02 | what follows a token is not looked at
N154 | S | 3.5 | SEC-02 | a token beyond ASCII answers 500
N162 | S | 1.6 | SEC-07 | lists show a bcrypt hash, in a member whose name says nothing
N103 | S | 1.6 | SEC-07 | a creation that lacks a detail is refused with all that was sent, the password too
"""

_STRAIN = """
M149 | S | 8.1 | BSY-01 | 429 with a Retry-After that nobody can read
M150 | S | 8.1 | BSY-02 | coming back after Retry-After is refused again
M152 | S | 8.1 | BSY-04 | while one token is held back, all are
M153 | P | 8.2 | BSY-05 RTY-03 | 1 in 20 changes answers 503 with half the fields written
M154 | E | 8.2 | BSY-06 | PATCH always answers 503
M155 | S | 8.3 | OPS-01 | one correlation id for everyone
M156 | S | 8.3 | OPS-01 | a malformed traceparent answers 500
N132 | S | 8.5 | OPS-02 | creations under an idempotency key take 700 ms
N169 | S | 4.5 | BSY-02 | a creation refused over the rate limit uses its key up
N107 | S | 8.1 | BSY-01 BSY-03 | a creation that comes too often is not told when to come back
N108 | S | 8.3 | OPS-01 EDT-02 | a refusal as outdated has a correlation id of its own
N128 | S | 8.1 | BSY-01 BSY-03 | dates of Retry-After are written as in emails, with -0000 for GMT
N53 | S | 8.1 | BSY-03 | a request refused over its rate limit is carried out
N54 | S | 8.3 | OPS-01 | refusals carry another correlation id than the request
N55 | E | 8.4 | OPS-04 | health needs a token
N96 | S | 8.6 | OAS-01 | the OpenAPI document says that every user has a nickname
"""

_ABILITIES = (
    _CREATING,
    _READING,
    _CHANGING,
    _DELETING,
    _LISTING,
    _UNIQUENESS,
    _REPEATING,
    _CONSISTENCY,
    _REFUSING,
    _ACCESS,
    _STRAIN,
)

DEFECTS: dict[str, Defect] = {name: defect for rows in _ABILITIES for name, defect in _list(rows).items()}
