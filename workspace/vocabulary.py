"""What the record's codes are called, once: pages, papers, screens and sentences read their labels here.

One table per set of codes, in the order in which people choose; the labels are English sources for gettext. A code has
one label everywhere. A label stands by itself, so it begins with a capital, except where it always continues a line
(«R-0004 PE declined»). Codes of handling, TLP and countries are shown as codes beside their label. Translates nothing;
must import nothing of the workspace.
"""

from __future__ import annotations

from collections.abc import Mapping

Table = Mapping[str, str]


def N_(text: str) -> str:
    """Mark a text for the catalogue and return it as it is."""
    return text


# --- People and operations --------------------------------------------------------------------------------------------

LANGUAGE: Table = {"en": "English", "es": "Español"}
"""The languages of the installation, each called by its own name and never translated."""
THEME: Table = {"system": N_("As the device"), "light": N_("Light"), "dark": N_("Dark")}
ROLE: Table = {
    "operation_lead": N_("Operation lead"),
    "country_lead": N_("Country lead"),
    "specialist": N_("Specialist"),
    "liaison": N_("Liaison officer"),
    "analyst": N_("Analyst"),
    "observer": N_("Observer"),
    "administrator": N_("Administrator"),
    "director": N_("Exercise director"),
    "recipient": N_("Receiving authority"),
    "service": N_("Service"),
    "none": N_("No role"),
}
ENTRY_STEP: Table = {
    "found": N_("Found"),
    "withdrawn": N_("Withdrawn by its agency"),
    "adult": N_("Adult now"),
    "reopened": N_("Taken up again"),
}
BASIS_END: Table = {
    "entry_closed": N_("its register's entry is closed"),
    "comparison_off": N_("a country no longer lets its faces be compared"),
}
REFERRAL_END: Table = {
    "entry_found": N_("the entry of the register is closed: the child was found"),
    "entry_withdrawn": N_("the owner of the register has withdrawn its entry"),
    "entry_adult": N_("the entry of the register is closed: the person is an adult now"),
    "entry_closed": N_("its register's entry is closed"),
    "comparison_off": N_("a country no longer lets its faces be compared"),
}
HOLDER_LEFT: Table = {
    "removed": N_("its holder was removed"),
    "suspended": N_("its holder is suspended"),
    "disabled": N_("its holder's account is disabled"),
    "newcomer": N_("its holder is a newcomer again"),
}
TERMS_RULE: Table = {
    "second_from_other_country": N_("The second examiner comes from another country"),
    "shows_band": N_("An open lead shows its coarse band"),
}
"""The rules that stand in the terms (rules/terms.py)."""
PROPOSAL_END: Table = {"in_force": N_("In force"), "lapsed": N_("Lapsed"), "withdrawn": N_("Taken back")}
STANDING: Table = {"first": N_("Met when the operation was made"), "met": N_("Met"), "newcomer": N_("Newcomer")}
"""Whether others have met a member (rules/vouching.py)."""
QUALIFICATION: Table = {"facial_comparison": N_("Comparison of faces"), "other_traces": N_("Other traces")}
"""What an examiner was trained for (rules/qualifications.py)."""
VALIDITY: Table = {
    "valid": N_("Valid"),
    "ends_soon": N_("Ends within 30 days"),
    "not_yet": N_("Not valid yet"),
    "expired": N_("Expired"),
}
MET_HOW: Table = {
    "in_person": N_("In person: they stand before me"),
    "on_a_call": N_("On a call that I placed, to a number that I had before; I know the voice"),
}
CONSENT: Table = {
    "window": N_("End of the window"),
    "face_recognition": N_("Comparison of faces"),
    "shares_known_count": N_("Count of known files"),
}
AGENCY_KIND: Table = {
    "police": N_("Police"),
    "child_protection": N_("Child protection"),
    "prosecution": N_("Prosecution"),
    "court": N_("Court"),
    "international": N_("International organisation"),
    "service": N_("Service"),
}
SESSION_HOW: Table = {
    "passkey": N_("Passkey"),
    "invitation": N_("Invitation and new passkey"),
    "exercise_link": N_("One-click link of the exercise"),
}
SCOPE: Table = {
    "read": N_("Read what I may see"),
    "write": N_("Work on leads"),
    "intake": N_("Bring in material"),
    "referrals": N_("Referrals and outcomes"),
    "admin": N_("Administer the operation"),
}
OPERATION_STATE: Table = {
    "prepared": N_("Prepared"),
    "open": N_("Open"),
    "closing": N_("Closing"),
    "closed": N_("Closed"),
    "follow_up": N_("Follow-up"),
}
HANDLING: Table = {
    "H0": N_("No handling restriction"),
    "H1": N_("Not for use in judicial proceedings without the provider's permission"),
    "H2": N_("Not to be passed on without the provider's permission"),
    "H3": N_("Other restrictions of the provider apply"),
}
ACCESS_SCOPE: Table = {"pair": N_("the two pictures of this lead"), "exhibit": N_("all that came with it")}
CLOCK: Table = {
    "referral_due": N_("Answer to a referral is due"),
    "access_ends": N_("Access to restricted material ends"),
    "pair_access_ends": N_("Access to the pictures of a lead ends"),
    "window_closes": N_("The operation's window closes"),
}

# --- Material ---------------------------------------------------------------------------------------------------------

EXHIBIT_KIND: Table = {
    "phone": N_("Phone"),
    "tablet": N_("Tablet"),
    "laptop": N_("Laptop"),
    "desktop": N_("Desktop computer"),
    "storage": N_("Storage medium"),
    "camera": N_("Camera"),
    "cloud": N_("Cloud account"),
    "other": N_("Other device"),
}
SHARING: Table = {"operation": N_("All countries of the operation"), "agency": N_("Only our agency, others on request")}
EXHIBIT_CHANGED: Table = {
    "handling": N_("Handling code"),
    "sharing": N_("Who may see it"),
    "kind": N_("Kind"),
    "case_reference": N_("Case reference"),
    "custodian": N_("Custodian"),
    "seized_by": N_("Seized by"),
    "seized_on": N_("Seized on"),
    "acquired_hash": N_("Hash of the image"),
}
CLOSING_GROUND: Table = {
    "mistake": N_("It was shared by mistake"),
    "court": N_("A court or a prosecutor ordered it"),
    "consent": N_("Whoever provided it withdrew the permission"),
    "third_party": N_("It shows people who do not belong to the case"),
    "danger": N_("A person or an investigation is in danger"),
}
INTAKE_FAILURE: Table = {
    "disk_full": N_("The media store was full"),
    "store_unavailable": N_("The media store did not answer"),
    "unavailable": N_("The database did not answer"),
    "interrupted": N_("It was interrupted"),
    "manifest_differs": N_("What was received differs from the sender's list"),
}
REFUSAL: Table = {
    "empty": N_("Empty file"),
    "kind_not_supported": N_("This kind of file cannot be read"),
    "picture_to_convert": N_("A kind of picture that is not read: make a PNG of it with ImageMagick"),
    "raw_to_develop": N_("A raw file without a preview: make a JPEG of it with darktable or RawTherapee"),
    "video_to_convert": N_("A kind of video that is not read: make an MP4 of it with FFmpeg"),
    "drawing_to_convert": N_("A drawing: make a PDF of it with Inkscape (SVG, EMF, WMF) or Ghostscript (EPS, PS)"),
    "document_to_convert": N_("A document of a kind that is not read: make a PDF of it with LibreOffice"),
    "archive_to_unpack": N_(
        "An archive or disk image of a kind that is not opened: unpack it with 7-Zip or an imaging tool"
    ),
    "part_of_split": N_("By its name a part of a file that was split: join all parts with 7-Zip and bring the whole"),
    "sound_alone": N_("Sound, in which no cover picture was found"),
    "cover_to_convert": N_("Sound with a cover picture of a kind that is not read: FFmpeg takes it out"),
    "truncated": N_("The file ends too early"),
    "too_large": N_("Larger than the limit"),
    "too_slow": N_("Reading it took too long"),
    "out_of_memory": N_("Reading it needs too much memory"),
    "damaged": N_("Damaged"),
    "crashed": N_("The decoder failed on it"),
    "empty_video": N_("Video without a picture"),
    "unsafe_path": N_("The path leads out of the device"),
    "not_a_file": N_("A link or a device, not a file"),
    "not_readable": N_("Could not be read in five attempts"),
    "changed_while_read": N_("Changed while it was received"),
    "encrypted": N_("Encrypted: it needs a password"),
    "archive_in_archive": N_("An archive inside an archive"),
}
UPLOAD_FAILURE: Table = {
    "other_content": N_("a different file has already come under this path"),
    "intake_ended": N_("the intake of this exhibit had ended"),
    "no_right": N_("whoever sent it may not bring in material any more"),
    "closed": N_("the operation had closed"),
    "failed": N_("it could not be put together in five attempts: send it again, or call the operator"),
}
"""Why a file was not taken that had come whole, in parts."""
IMPORT_STATE: Table = {
    "waiting": N_("waits for its turn"),
    "reading": N_("is being read"),
    "storing": N_("portraits are stored"),
    "writing": N_("is being written"),
    "done": N_("taken"),
    "refused": N_("not taken"),
    "cancelled": N_("cancelled"),
    "failed": N_("could not be read in five attempts: send it again, or call the operator"),
}
KNOWN_MEANING: Table = {
    "identified": N_("Already identified"),
    "abuse": N_("Known abuse material"),
    "relevant": N_("Of interest"),
    "irrelevant": N_("Of no interest"),
}
"""What a list of known material says of a file."""
GRADE_TABLE: Table = {
    "us_2_0": N_("United States, VICS 2.0 (public)"),
    "us_legacy": N_("United States, older (public)"),
}
"""The two public tables of categories that come with the program."""
CATEGORY_SCHEME: Table = {
    "none": N_("No table: the numbers are kept, and the list's own meaning counts"),
    "us_2_0": N_("United States, VICS 2.0: 0 is of no interest, 5 uncategorised"),
    "us_legacy": N_("United States, older: 0 is uncategorised, 5 of no interest"),
}
"""Which table the categories of a VICS file follow."""
FILE_CLOCK: Table = {
    "plausible": N_("nothing speaks against it"),
    "missing": N_("no time in the file"),
    "zeros": N_("zeros: it was never set"),
    "epoch": N_("where a clock begins that nobody has set"),
    "early": N_("before cameras were digital"),
    "future": N_("after the file was received"),
    "unreadable": N_("no date that can be understood"),
    "before_model": N_("before this camera was announced"),
    "before_format": N_("before this kind of file existed: it was changed from another"),
}
"""What is known of the time that a file states; the words go on after «Clock»."""
CASE_SCHEME: Table = {
    **CATEGORY_SCHEME,
    "none": N_("No table was named: the numbers are kept as they stand"),
    "own": N_("The table by which your country grades"),
}
"""Which table the categories of an exhibit's case file follow."""
UNSEEN: Table = {
    "end": N_("its end"),
    "damaged": N_("damaged parts"),
    "moments": N_("moments between the pictures looked at"),
    "tracks": N_("further video tracks"),
    "pictures": N_("further pictures in the file"),
    "video": N_("the video inside the photo"),
    "members": N_("some of the files in the archive"),
    "known": N_("all of it, because a list of known material says so"),
}
"""What of a medium that was read was not looked at; the words go on after a colon."""
FAILED_WORK: Table = {
    "read_media": N_("the file could not be read"),
    "describe_face": N_("a face that somebody drew could not be described"),
    "match_media": N_("its faces and copies were not compared"),
    "hash_frames": N_("copies of the video were not looked for"),
    "compare_parts": N_("copies that are covered in part were not looked for"),
    "sweep_photo": N_("the thorough sweep did not look at the photo"),
    "sweep_video": N_("the thorough sweep did not look at the video"),
    "read_text": N_("text in it was not looked for"),
}
"""What workers failed to do about a file, in every attempt."""
MEDIA_MARK: Table = {"important": N_("Important"), "look_again": N_("Look again"), "nothing": N_("Nothing here")}
QUALITY: Table = {"good": N_("Good"), "usable": N_("Usable"), "poor": N_("Poor")}
AGE_BAND: Table = {
    "under_3": N_("Under 3 years"),
    "3_6": N_("3 to 6 years"),
    "7_12": N_("7 to 12 years"),
    "13_17": N_("13 to 17 years"),
    "adult": N_("Adult"),
    "not_stated": N_("Not stated"),
}
PERSON_WORD: Table = {
    "age_band": N_("Age"),
    "country": N_("Likely country"),
    "note": N_("Note"),
    "feature_face": N_("Face that shows the person best"),
}
SERIES_COLUMN: Table = {
    "in_work": N_("In work"),
    "to_do": N_("To do"),
    "done": N_("Done"),
    "left_over": N_("Left over"),
    "own": N_("In a column of the operation's own"),
}
"""Where a series stands on the board; «in work» is what somebody holds."""
RECENCY: Table = {"recent": N_("Recent"), "cold": N_("Cold"), "not_stated": N_("Not stated")}
SUGGESTION_GROUND: Table = {
    "near_copies": N_("Near copies show them"),
    "camera": N_("One camera took them"),
    "together": N_("A medium shows them together"),
    "folder_time": N_("One folder, one day"),
}
SERIES_WORD: Table = {
    "comment": N_("Comment"),
    "name": N_("Name"),
    "reference": N_("Number elsewhere"),
    "left_over": N_("Left over because"),
    "taken_over": N_("Claim ended because"),
}
SEX: Table = {"female": N_("Female"), "male": N_("Male"), "other": N_("Other"), "unknown": N_("Unknown")}
REGISTER_DETAIL: Table = {
    "height": N_("Height"),
    "height_cm": N_("Height in cm"),
    "weight": N_("Weight"),
    "weight_kg": N_("Weight in kg"),
    "build": N_("Build"),
    "eyes": N_("Eyes"),
    "hair": N_("Hair"),
    "marks": N_("Marks"),
    "languages": N_("Languages"),
    "clothing": N_("Clothing"),
    "country": N_("Country"),
}
"""The usual details of a register's entry; others stand as the register names them."""

# --- Leads ------------------------------------------------------------------------------------------------------------

LEAD_KIND: Table = {
    "register_match": N_("Register match"),
    "same_face": N_("Same face"),
    "same_file": N_("Same file"),
    "near_copy": N_("Near copies"),
    "camera_serial": N_("Same camera"),
    "lens_serial": N_("Same lens"),
    "document_id": N_("Same document"),
    "clue": N_("Clue"),
    "outside_result": N_("Outside search"),
}
CLUE_WHAT: Table = {
    "object": N_("Object"),
    "place": N_("Place"),
    "text": N_("Text"),
    "language": N_("Language or accent"),
    "clothing": N_("Clothing"),
    "other": N_("Other"),
}
"""What a person noticed."""
CLUE_RESULT: Table = {"country": N_("Identified to a country"), "eliminated": N_("Trail eliminated")}
CARD_STATE: Table = {
    "making": N_("The masks are being burnt in"),
    "failed": N_("The picture could not be made"),
    "made": N_("Waits for a second person"),
    "refused": N_("Refused by the second person"),
    "shown": N_("Seen by the whole operation"),
    "withdrawn": N_("Withdrawn"),
}
LEAD_STAGE: Table = {
    "open": N_("Open"),
    "claimed": N_("Claimed"),
    "assessed": N_("Assessed"),
    "verified": N_("Verified"),
    "rejected": N_("Rejected"),
    "referred": N_("Referred"),
    "outcome": N_("Outcome"),
    "closed": N_("Closed"),
    "parked": N_("Set aside"),
    "withdrawn": N_("Withdrawn"),
}
"""`claimed` is never stored: it is an open lead that somebody holds."""
BAND: Table = {"strong": N_("Strong"), "moderate": N_("Moderate"), "weak": N_("Weak")}
OPINION: Table = {
    "1": N_("Strong support: same person"),
    "2": N_("Some support: same person"),
    "3": N_("Inconclusive"),
    "4": N_("Some support: different people"),
    "5": N_("Strong support: different people"),
}
"""The five-level scale of an opinion on faces: FISWG and ENFSI BPM-DI-01, as the assessment row stores it (1 to 5)."""
OPINION_WITHOUT_FACE: Table = {
    "1": N_("Strong support: they belong together"),
    "2": N_("Some support: they belong together"),
    "3": N_("Inconclusive"),
    "4": N_("Some support: they do not belong together"),
    "5": N_("Strong support: they do not belong together"),
}
"""The same scale for leads that compare no faces: files, near copies, cameras."""
OPINION_ON_CLUE: Table = {
    "1": N_("Strong support: it shows what is said"),
    "2": N_("Some support: it shows what is said"),
    "3": N_("Inconclusive"),
    "4": N_("Some support: it does not show what is said"),
    "5": N_("Strong support: it does not show what is said"),
}
"""The same scale for what a person noticed: there is nothing to compare."""
FEATURE: Table = {
    "face_shape": N_("Shape of face and head"),
    "hairline": N_("Hairline"),
    "forehead": N_("Forehead"),
    "brows_eyes": N_("Brows and eyes"),
    "nose": N_("Nose, base and tip"),
    "mouth_chin": N_("Mouth, chin and jaw"),
    "ears": N_("Ears"),
    "marks_scars": N_("Marks and scars"),
    "skin_lines": N_("Skin and its lines"),
}
JUDGEMENT: Table = {"same": N_("Similar"), "different": N_("Different"), "unclear": N_("Cannot be seen")}
"""How one feature of two faces compares."""
SUITABILITY: Table = {"suitable": N_("Suitable"), "limited": N_("Limited"), "unsuitable": N_("Not suitable")}
"""Whether a picture can be compared."""
BEARING: Table = {"supports": N_("supports"), "against": N_("against"), "neutral": N_("neutral")}
CALIBRATION: tuple[str, str] = (
    N_("60 adult public figures, press photographs, 10 of each (Labeled Faces in the Wild)"),
    N_("children, pairs years apart, profiles, masks, poor pictures of casework; no figure per sex, age or skin tone"),
)
"""What the calibration that comes with Concord was measured with, and what was not."""
STUCK: Table = {
    "answered_no": N_("Re-routing, after it was declined or returned"),
    "not_acknowledged": N_("The acknowledgement of a referral, which is late"),
    "access_asked": N_("An answer to a request for access to closed material"),
    "needs_second": N_("A second opinion; nobody has taken it"),
    "needs_third": N_("A third opinion, because two differ; nobody has taken it"),
    "needs_referral": N_("Jurisdiction and a referral"),
    "tip_to_weigh": N_("Tips on a clue card, to be weighed by two people"),
    "card_to_check": N_("The check of a clue card by a second person"),
}
"""What a lead waits for."""

# --- Jurisdiction, referrals, outcomes --------------------------------------------------------------------------------

COMPETENCE: Table = {
    "protection": N_("Protection of the child"),
    "offender": N_("Proceedings against the offender"),
    "evidence": N_("Custody of the evidence"),
}
GROUND: Table = {
    "offence_place": N_("Place of the offence"),
    "child_residence": N_("Residence of the child"),
    "suspect_place": N_("Residence of the suspect"),
    "nationality": N_("Nationality"),
}
CORROBORATION: Table = {
    "camera": N_("Camera or device"),
    "place": N_("Place"),
    "object": N_("Object or clothing"),
    "body_mark": N_("Mark on the body"),
    "file_data": N_("Data of a file"),
    "voice_or_text": N_("Voice or text"),
    "testimony": N_("Testimony"),
    "official_record": N_("Official record"),
    "earlier_case": N_("Earlier case or series"),
    "forensic": N_("Other forensic examination"),
}
"""What speaks for or against a lead besides the face (rules/corroboration.py)."""
SPEAKS: Table = {"for": N_("for it"), "against": N_("against it")}
URGENCY: Table = {"urgent": N_("Urgent"), "priority": N_("Priority"), "normal": N_("Normal")}
ANSWER_WITHIN: Table = {"urgent": N_("8 hours"), "priority": N_("3 days"), "normal": N_("7 days")}
"""By urgency: the time to answer of workspace/rules/jurisdiction.py, in words."""
REFERRAL_STATE: Table = {
    "drafted": N_("drafted"),
    "withdrawn": N_("withdrawn"),
    "sent": N_("sent"),
    "acknowledged": N_("acknowledged"),
    "accepted": N_("accepted"),
    "declined": N_("declined"),
    "returned": N_("returned"),
    "re_routed": N_("re-routed"),
}
PACKAGE_STATE: Table = {
    "waiting": N_("package is being built"),
    "built": N_("package is ready"),
    "failed": N_("package could not be built"),
}
PACKAGE_FAILURE: Table = {
    "no_key": N_("the receiving agency has set no key for packages"),
    "attempts": N_("every attempt failed"),
    "refused": N_("the content was refused"),
}
"""By the code that the workers record; where the content was refused, the referral says why."""
WAITS: Table = {
    "approve": N_("Approve or refuse a drafted referral"),
    "send": N_("Send an approved referral"),
    "failed": N_("Withdraw a drafted referral whose package could not be built"),
    "answer": N_("Answer a referral"),
    "access": N_("Answer a request for access"),
    "permit": N_("Permit or refuse that your material leaves"),
    "propose": N_("Accept or decline a proposed change"),
    "mention": N_("Read a comment that calls you"),
}
PROPOSAL_KIND: Table = {
    "grade": N_("Grade"),
    "person_word": N_("What a person is"),
    "series": N_("Place in a series"),
    "exhibit_fact": N_("Correct a fact"),
    "entry_end": N_("End of an entry"),
}
PROPOSAL_ANSWER: Table = {"accepted": N_("Accepted"), "declined": N_("Declined"), "withdrawn": N_("Withdrawn")}
WAITS_BECAUSE: Table = {
    "second_person": N_("a second person decides"),
    "removed": N_("the drafter was removed: your country decides"),
    "suspended": N_("the drafter is suspended: your country decides"),
    "disabled": N_("the drafter's account is disabled: your country decides"),
    "newcomer": N_("the drafter is a newcomer again: your country decides"),
}
SEARCH_PURPOSE: Table = {"victim": N_("Identify a victim"), "missing": N_("Find a missing child")}
SEARCH_SET: Table = {
    "persons": N_("Depicted persons"),
    "faces": N_("Faces that belong to no person"),
    "register": N_("Registers"),
}
LEDGER_KIND: Table = {"victim": N_("Victim"), "offender": N_("Offender")}
OUTCOME_STAGE: Table = {
    "V1": N_("Country determined"),
    "V2": N_("With information"),
    "V3": N_("Probable"),
    "V4": N_("Confirmed"),
    "V5": N_("Safeguarded"),
    "O1": N_("Probable"),
    "O2": N_("Identified"),
    "O3": N_("Arrested"),
    "O4": N_("Charged"),
    "O5": N_("Convicted"),
    "already_identified": N_("Already identified"),
    "already_safe": N_("Already safe"),
    "adult_now": N_("Adult now"),
    "deceased": N_("Deceased"),
    "not_a_victim": N_("Not a victim"),
    "not_a_real_child": N_("Not a real child"),
    "trail_eliminated": N_("Trail eliminated"),
}
EDITION_KIND: Table = {"interim": N_("Interim"), "closing": N_("Closing"), "follow_up": N_("Follow-up")}

VOCABULARY: Mapping[str, Table] = {
    name.lower(): table for name, table in list(globals().items()) if name.isupper() and isinstance(table, dict)
}
"""Every table above, by the name under which pages, papers and screens ask for it."""


def label(table: str, code: object) -> str:
    """The English label of a code; a code without one (a country, a register's own detail) stands for itself."""
    return VOCABULARY[table].get(str(code), str(code))
