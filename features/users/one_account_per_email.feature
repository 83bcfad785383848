@users @critical @needs-unique-email
Feature: One account per email
  People log in and receive mail with their email address. If two accounts could share one, mail and
  passwords would reach the wrong person.

  Rule: One email belongs to one user

    @UNQ-01 @clause-2.3 @clause-3.4 @clause-5.7
    Scenario: An email in use cannot be used again
      Given user Ada exists
      When the client creates user Grace with the email of user Ada
      Then the request is refused because the email is already in use
      And user Ada is unchanged
      And no other user has the email of user Ada

    @UNQ-01 @clause-2.3 @clause-5.7
    Scenario: An email is taken from the first moment on
      When the client creates user Ada
      And the client creates user Grace with the email of user Ada
      Then the request is refused because the email is already in use
      And no other user has the email of user Ada

    @UNQ-02 @clause-2.3 @needs-unique-email-case
    Scenario Outline: Writing an email differently does not make it new
      Given user Ada exists
      When the client creates user Grace with the email of user Ada written <how>
      Then the request is refused because the email is already in use
      And no other user has the email of user Ada

      Examples: Other ways to write it
        | how            |
        | in capitals    |
        | with a capital |

    @UNQ-02 @clause-2.3 @needs-unique-email-blanks
    Scenario Outline: Blanks around an email do not make it new
      Given user Ada exists
      When the client creates user Grace with the email of user Ada written <how>
      Then the request is refused because the email is already in use, or the details are not valid
      And no other user has the email of user Ada

      Examples: Blanks
        | how                     |
        | with a blank at the end |
        | with a blank in front   |

    @UNQ-04 @clause-6.4 @clause-5.7
    Scenario: Of many simultaneous creations one gets the email
      When 8 clients create users with one email at once, in 5 rounds
      Then in each round exactly one user has the email

    @UNQ-02 @clause-2.3 @needs-unicode-email
    Scenario: Another form of an accent is not new
      Given user Ada exists with an email that has an accent
      When the client creates user Grace with the email of user Ada, but with the accent in two characters
      Then the request is refused because the email is already in use, or the details are not valid
      And user Ada is unchanged

  Rule: Similar emails are different emails

    @UNQ-03 @clause-2.3
    Scenario Outline: Similar emails belong to different users
      Given user Ada exists with an email that has <kind>
      When the client creates user Grace with the email of user Ada, but <difference>
      Then the creation of user Grace is accepted
      And no other user has the id of user Grace
      And user Ada is unchanged

      Examples: Emails that careless software takes for equal
        | kind          | difference                       |
        | dots          | without the dots                 |
        | a plus sign   | without the tag                  |
        | an underscore | with a letter for the underscore |
        | digits only   | with one more character in front |

    @UNQ-03 @clause-2.3 @needs-put
    Scenario Outline: A replacement may take a similar email
      Given user Ada exists with an email that has <kind>
      And user Grace exists
      When the client replaces user Grace with the email of user Ada, but <difference>
      Then the change of user Grace is accepted
      And user Ada is unchanged

      Examples: Emails that a replacement takes for equal
        | kind        | difference       |
        | dots        | without the dots |
        | a plus sign | without the tag  |

    @UNQ-03 @clause-2.3 @needs-patch
    Scenario Outline: A change may take a similar email
      Given user Ada exists with an email that has <kind>
      And user Grace exists
      When the client changes user Grace with the email of user Ada, but <difference>
      Then the change of user Grace is accepted
      And user Ada is unchanged

      Examples: Emails that a change takes for equal
        | kind        | difference       |
        | dots        | without the dots |
        | a plus sign | without the tag  |

    @UNQ-03 @clause-2.3
    Scenario Outline: An email that looks alike takes over no account
      Given user Ada exists with an email that has <letter>
      When the client creates user Grace with the email of user Ada, but <difference>
      Then the creation of user Grace is accepted, or refused because the details are not valid
      And user Ada is unchanged
      And no other user has the email of user Ada

      Examples: Letters that careless software takes for equal
        | letter    | difference       |
        | a plain i | with a dotless i |
        | a plain e | with an accent   |

  Rule: No change takes over an email in use

    @UNQ-05 @UNQ-01 @clause-2.3 @clause-5.7 @needs-patch
    Scenario: An email acquired by a change is taken
      Given user Ada exists
      When the client changes the email of user Ada
      And the client creates user Grace with the email of user Ada
      Then the request is refused because the email is already in use
      And no other user has the email of user Ada

    @UNQ-05 @UNQ-01 @clause-2.3 @clause-5.7 @needs-put
    Scenario: An email acquired by a replacement is taken
      Given user Ada exists
      When the client replaces user Ada with another email
      And the client creates user Grace with the email of user Ada
      Then the request is refused because the email is already in use
      And no other user has the email of user Ada

    @UNQ-05 @UNQ-02 @clause-2.3 @clause-5.7 @needs-patch @needs-unique-email-blanks
    Scenario: An email that a change writes differently stays taken
      Given user Ada exists
      When the client changes user Ada with the email of user Ada written with a blank at the end
      And the client creates user Grace with the first email of user Ada
      Then the request is refused because the email is already in use

    @UNQ-05 @UNQ-02 @clause-2.3 @clause-5.7 @needs-put @needs-unique-email-blanks
    Scenario: An email that a replacement writes differently stays taken
      Given user Ada exists
      When the client replaces user Ada with the email of user Ada written with a blank at the end
      And the client creates user Grace with the first email of user Ada
      Then the request is refused because the email is already in use

    @UNQ-05 @clause-2.3 @clause-3.4 @needs-put
    Scenario: A replacement cannot take an email in use
      Given users Ada and Grace exist
      When the client replaces user Grace with the email of user Ada
      Then the request is refused because the email is already in use
      And users Ada and Grace are unchanged

    @UNQ-05 @clause-2.3 @clause-3.4 @needs-patch
    Scenario: A change cannot take an email in use
      Given users Ada and Grace exist
      When the client changes the email of user Grace to that of user Ada
      Then the request is refused because the email is already in use
      And users Ada and Grace are unchanged

    @UNQ-05 @UNQ-02 @clause-2.3 @needs-put @needs-unique-email-case
    Scenario: A replacement cannot take an email written differently
      Given users Ada and Grace exist
      When the client replaces user Grace with the email of user Ada written in capitals
      Then the request is refused because the email is already in use
      And users Ada and Grace are unchanged

    @UNQ-05 @UNQ-02 @clause-2.3 @needs-patch @needs-unique-email-case
    Scenario: A change cannot take an email written differently
      Given users Ada and Grace exist
      When the client changes user Grace with the email of user Ada written in capitals
      Then the request is refused because the email is already in use
      And users Ada and Grace are unchanged

    @UNQ-05 @UNQ-02 @clause-2.3 @needs-put @needs-unique-email-blanks
    Scenario: A replacement cannot take an email with a blank
      Given users Ada and Grace exist
      When the client replaces user Grace with the email of user Ada written with a blank at the end
      Then the request is refused because the email is already in use, or the details are not valid
      And users Ada and Grace are unchanged

    @UNQ-05 @UNQ-02 @clause-2.3 @needs-patch @needs-unique-email-blanks
    Scenario: A change cannot take an email with a blank
      Given users Ada and Grace exist
      When the client changes user Grace with the email of user Ada written with a blank at the end
      Then the request is refused because the email is already in use, or the details are not valid
      And users Ada and Grace are unchanged

    @UNQ-05 @clause-2.3 @clause-3.4 @needs-put
    Scenario: A refused replacement keeps the old email in use
      Given users Ada and Grace exist
      When the client replaces user Grace with the email of user Ada
      And the client creates user Alan with the email of user Grace
      Then the request is refused because the email is already in use
      And no other user has the email of user Grace

    @UNQ-05 @clause-2.3 @clause-3.4 @needs-patch
    Scenario: A refused change keeps the old email in use
      Given users Ada and Grace exist
      When the client changes the email of user Grace to that of user Ada
      And the client creates user Alan with the email of user Grace
      Then the request is refused because the email is already in use
      And no other user has the email of user Grace

    @UNQ-05 @UNQ-04 @clause-2.3 @clause-6.4 @clause-5.7 @needs-put
    Scenario: Of many simultaneous replacements one gets the email
      Given 8 users exist
      When 8 clients replace all of them with one email at once, in 3 rounds
      Then in each round exactly one user has the email

    @UNQ-05 @UNQ-04 @clause-2.3 @clause-6.4 @clause-5.7 @needs-patch
    Scenario: Of many simultaneous changes one gets the email
      Given 8 users exist
      When 8 clients change all of them to one email at once, in 3 rounds
      Then in each round exactly one user has the email

    @UNQ-06 @clause-2.3 @needs-put
    Scenario: A replacement may keep the email
      Given user Ada exists
      When the client replaces user Ada with another name only
      Then the change of user Ada is accepted
      And a look-up shows user Ada with a new name and all other details as before within the promised time

    @UNQ-06 @clause-2.3 @needs-patch
    Scenario: Changing an email to itself is accepted
      Given user Ada exists
      When the client changes the email of user Ada to that of user Ada
      Then the change of user Ada is accepted
      And the newest state shows user Ada with all details as before

    @UNQ-06 @UNQ-02 @clause-2.3 @needs-patch @needs-unique-email-case
    Scenario: A change may write the email differently
      Given user Ada exists
      When the client changes user Ada with the email of user Ada written in capitals
      Then the change of user Ada is accepted
      And a look-up shows user Ada with the email of user Ada written in capitals within the promised time

    @UNQ-06 @UNQ-02 @clause-2.3 @needs-put @needs-unique-email-case
    Scenario: A replacement may write the email differently
      Given user Ada exists
      When the client replaces user Ada with the email of user Ada written in capitals
      Then the change of user Ada is accepted
      And a look-up shows user Ada with the email of user Ada written in capitals within the promised time

    @SEC-05 @clause-2.3 @clause-7.3 @needs-tenants @needs-idempotency-key
    Scenario: Users of two tenants may share an email
      Given user Ada exists
      When another tenant creates user Grace with idempotency key K1 with the email of user Ada
      Then the creation of user Grace is accepted
      And user Ada is unchanged

    @SEC-05 @clause-2.3 @clause-7.3 @needs-tenants @needs-patch
    Scenario: A change may take an email of another tenant
      Given user Grace exists at another tenant
      And user Ada exists
      When the client changes the email of user Ada to that of user Grace
      Then the change of user Ada is accepted

  Rule: An email that is free can be used

    @UNQ-07 @clause-2.3 @clause-3.4 @needs-validation-required
    Scenario: A refused creation does not reserve the email
      When the client creates user Ada with an empty name
      And the client creates user Grace with the email of user Ada
      Then the creation of user Grace is accepted
      And a look-up shows user Grace with the email of user Ada within the promised time

    @UNQ-07 @clause-2.3 @clause-3.4 @needs-put @needs-validation
    Scenario: A refused replacement does not reserve the email
      Given user Ada exists
      When the client replaces user Ada with another email and an empty name
      And the client creates user Grace with the email that user Ada was refused
      Then the creation of user Grace is accepted

    @UNQ-07 @clause-2.3 @clause-3.4 @needs-patch @needs-validation
    Scenario: A refused change does not reserve the email
      Given user Ada exists
      When the client changes user Ada with another email and an empty name
      And the client creates user Grace with the email that user Ada was refused
      Then the creation of user Grace is accepted

    @UNQ-08 @clause-2.3
    Scenario: The email of a deleted user is free again
      Given user Ada has been deleted
      When the client creates user Grace with the email of user Ada
      Then the creation of user Grace is accepted
      And a look-up shows user Grace with the email of user Ada within the promised time

    @UNQ-08 @clause-2.3 @needs-patch
    Scenario: A change may take a deleted user's email
      Given user Ada has been deleted
      And user Grace exists
      When the client changes the email of user Grace to that of user Ada
      Then the change of user Grace is accepted
      And a look-up shows user Grace with the email of user Ada within the promised time

    @UNQ-08 @clause-2.3 @needs-put
    Scenario: An email that a replacement gives up is free
      Given user Ada exists
      When the client replaces user Ada with another email
      And the client creates user Grace with the first email of user Ada
      Then the creation of user Grace is accepted
      And a look-up shows user Ada with a new email within the promised time

    @UNQ-08 @clause-2.3 @needs-patch
    Scenario: An email that a change gives up is free
      Given user Ada exists
      When the client changes the email of user Ada
      And the client creates user Grace with the first email of user Ada
      Then the creation of user Grace is accepted
      And a look-up shows user Ada with a new email and all other details as before within the promised time

    @UNQ-08 @clause-2.3 @needs-patch
    Scenario: An email given up later is free
      Given user Ada exists
      When the client changes the name of user Ada
      And the client changes the nickname of user Ada
      And the client changes the email of user Ada
      And the client creates user Grace with the first email of user Ada
      Then the creation of user Grace is accepted

    @UNQ-08 @UNQ-02 @clause-2.3 @needs-unique-email-case
    Scenario: A deleted user's email is free in capitals too
      Given user Ada exists with an email that has capitals
      When the client deletes user Ada
      And the client creates user Grace with the email of user Ada
      Then the creation of user Grace is accepted
      And a look-up shows user Grace with the email of user Ada within the promised time
