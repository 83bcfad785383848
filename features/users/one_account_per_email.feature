@users @critical @needs-unique-email
Feature: One account per email
  An email is how people log in and how they are written to. If two accounts could share one, mail and
  passwords would end up with the wrong person.

  Rule: One email belongs to one user

    @UNQ-01 @clause-2.3 @clause-3.4 @clause-5.7
    Scenario: An email in use cannot be used again
      Given user Ada exists
      When the client creates user Grace with the email of user Ada
      Then the request is refused because the email is already in use
      And user Ada is unchanged
      And the email of user Ada belongs to user Ada alone

    @UNQ-01 @clause-2.3 @clause-5.7
    Scenario: An email is taken from the first moment on
      When the client creates user Ada
      And the client creates user Grace with the email of user Ada
      Then the request is refused because the email is already in use
      And the email of user Ada belongs to user Ada alone

    @UNQ-02 @clause-2.3
    Scenario Outline: Writing an email differently does not make it new
      Given user Ada exists
      When the client creates user Grace with the email of user Ada written <how>
      Then the request is refused because the email is already in use
      And the email of user Ada belongs to user Ada alone

      Examples: Other ways to write it
        | how            |
        | in capitals    |
        | with a capital |

    @UNQ-02 @clause-2.3
    Scenario Outline: Blanks around an email do not make it new
      Given user Ada exists
      When the client creates user Grace with the email of user Ada written <how>
      Then the request is refused because the email is already in use, or the details are not valid
      And the email of user Ada belongs to user Ada alone

      Examples: Blanks
        | how                     |
        | with a blank at the end |
        | with a blank in front   |

    @UNQ-04 @clause-6.4 @clause-5.7
    Scenario: When many race for an email, one wins
      When the client creates 8 users with one email at once, 5 times
      Then each time exactly one of them has the email

    @UNQ-02 @clause-2.3 @needs-unicode-email
    Scenario: Composing an accent otherwise does not make it new
      Given user Ada exists with an email that has an accent
      When the client creates user Grace with the email of user Ada, but with the accent in two characters
      Then the request is refused because the email is already in use, or the details are not valid
      And user Ada is unchanged

  Rule: Only equal emails are equal

    @UNQ-03 @clause-2.3
    Scenario Outline: Similar emails belong to different users
      Given user Ada exists with an email that has <kind>
      When the client creates user Grace with the email of user Ada, but <difference>
      Then the answer shows user Grace as created
      And user Grace has an id that nobody else has
      And user Ada is unchanged

      Examples: Emails that careless software takes for equal
        | kind          | difference                       |
        | dots          | without the dots                 |
        | a plus sign   | without the tag                  |
        | an underscore | with a letter for the underscore |
        | digits only   | with one more character in front |

    @UNQ-03 @clause-2.3
    Scenario: An email that merely looks alike takes nothing over
      Given user Ada exists with an email that has a plain i
      When the client creates user Grace with the email of user Ada, but with a dotless i
      Then the answer shows user Grace as created, or a refusal because the details are not valid
      And user Ada is unchanged
      And the email of user Ada belongs to user Ada alone

  Rule: Nobody takes over an email by a change

    @UNQ-05 @UNQ-01 @clause-2.3 @clause-5.7 @needs-patch
    Scenario: An email acquired by a change is taken
      Given user Ada exists
      When the client changes the email of user Ada
      And the client creates user Grace with the email of user Ada
      Then the request is refused because the email is already in use
      And the email of user Ada belongs to user Ada alone

    @UNQ-05 @UNQ-01 @clause-2.3 @clause-5.7 @needs-put
    Scenario: An email acquired by a replacement is taken
      Given user Ada exists
      When the client replaces user Ada with another email
      And the client creates user Grace with the email of user Ada
      Then the request is refused because the email is already in use
      And the email of user Ada belongs to user Ada alone

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

    @UNQ-05 @UNQ-02 @clause-2.3 @needs-put
    Scenario: A replacement cannot take an email written differently
      Given users Ada and Grace exist
      When the client replaces user Grace with the email of user Ada written in capitals
      Then the request is refused because the email is already in use
      And users Ada and Grace are unchanged

    @UNQ-05 @UNQ-02 @clause-2.3 @needs-patch
    Scenario: A change cannot take an email written differently
      Given users Ada and Grace exist
      When the client changes user Grace with the email of user Ada written in capitals
      Then the request is refused because the email is already in use
      And users Ada and Grace are unchanged

    @UNQ-05 @clause-2.3 @clause-3.4 @needs-patch
    Scenario: Whoever is refused an email keeps their own
      Given users Ada and Grace exist
      When the client changes the email of user Grace to that of user Ada
      And the client creates user Alan with the email of user Grace
      Then the request is refused because the email is already in use
      And the email of user Grace belongs to user Grace alone

    @UNQ-05 @UNQ-04 @clause-2.3 @clause-6.4 @clause-5.7 @needs-put
    Scenario: When many replace their emails, one gets it
      Given 8 users exist
      When all of them are replaced with one email at once, 3 times
      Then each time exactly one of them has moved to the email

    @UNQ-05 @UNQ-04 @clause-2.3 @clause-6.4 @clause-5.7 @needs-patch
    Scenario: When many change their emails, one gets it
      Given 8 users exist
      When all of them are changed to one email at once, 3 times
      Then each time exactly one of them has moved to the email

    @UNQ-06 @clause-2.3 @needs-put
    Scenario: Keeping one's own email is fine
      Given user Ada exists
      When the client replaces user Ada with another name only
      Then the change of user Ada is accepted
      And user Ada can be looked up within the promised time

    @UNQ-06 @clause-2.3 @needs-patch
    Scenario: Changing one's email to itself is fine
      Given user Ada exists
      When the client changes the email of user Ada to that of user Ada
      Then the change of user Ada is accepted
      And user Ada shows the last accepted change

  Rule: A free email is free

    @UNQ-07 @clause-2.3 @clause-3.4 @needs-validation
    Scenario: A refused creation does not reserve the email
      When the client creates user Ada with an empty name
      And the client creates user Grace with the email of user Ada
      Then the answer shows user Grace as created
      And user Grace can be looked up within the promised time

    @UNQ-08 @clause-2.3
    Scenario: An email given up by leaving is free again
      Given user Ada has been deleted
      When the client creates user Grace with the email of user Ada
      Then the answer shows user Grace as created
      And user Grace can be looked up within the promised time

    @UNQ-08 @clause-2.3 @needs-put
    Scenario: An email that a replacement gives up is free
      Given user Ada exists
      When the client replaces user Ada with another email
      And the client creates user Grace with the first email of user Ada
      Then the answer shows user Grace as created
      And user Ada can be looked up within the promised time

    @UNQ-08 @clause-2.3 @needs-patch
    Scenario: An email that a change gives up is free
      Given user Ada exists
      When the client changes the email of user Ada
      And the client creates user Grace with the first email of user Ada
      Then the answer shows user Grace as created
      And user Ada can be looked up within the promised time
