@users @critical @needs-put
Feature: Replacing a user's details
  People marry, move and mistype. A client that replaces the details of a user must be able to rely on it:
  all of them are taken over, for this user only, or none.

  Rule: A replacement replaces all details

    @UPD-01 @clause-2.5 @clause-5.7
    Scenario: New details replace the old ones
      Given user Ada exists
      When the client replaces user Ada
      Then the change of user Ada is accepted
      And a look-up shows user Ada with new details within the promised time

    @UPD-02 @clause-4.9 @clause-2.5
    Scenario: Replacing with the same details changes nothing more
      Given user Ada exists
      When the client replaces user Ada with the same details
      And the client sends the same request again 2 times
      Then every change of user Ada is accepted
      And the newest state shows user Ada with all details as before

    @UPD-02 @clause-1.3 @clause-4.9
    Scenario: Saving a name again does not alter it
      Given user Ada exists with name "Ada & <b>Sons</b>  \"Zoë\""
      When the client replaces user Ada with the same details
      And the client sends the same request again 2 times
      Then every change of user Ada is accepted
      And the newest state shows user Ada with name "Ada & <b>Sons</b>  \"Zoë\""

    @UPD-01 @REG-02 @clause-1.3 @clause-2.5
    Scenario Outline: New names are kept as they were written
      Given user Ada exists
      When the client replaces user Ada with name "<name>"
      Then the change of user Ada is accepted
      And a look-up shows user Ada with name "<name>" within the promised time

      Examples: Names that careless software spoils
        | case                | name                          |
        | combining accents   | Zoe\u0308 Nun\u0303ez         |
        | Chinese             | 李小龍                           |
        | a letter beyond BMP | \U0001D4D0da                  |
        | markup              | Ada & <b>Sons</b> \"&amp;\"   |
        | two blanks inside   | Ada  King                     |
        | digits only         | 0123                          |
        | outer blanks        | \u0020Ada\u0020               |

    @UPD-03 @clause-2.5 @needs-put-clears
    Scenario: A detail missing from a replacement is cleared
      Given user Ada exists
      When the client replaces user Ada without a nickname
      Then the change of user Ada is accepted
      And a look-up shows user Ada without a nickname within the promised time

    @UPD-03 @clause-2.5 @needs-put-clears
    Scenario: A detail is cleared though nothing else changes
      Given user Ada exists
      When the client replaces user Ada with all details as before but the nickname
      Then the change of user Ada is accepted
      And a look-up shows user Ada without a nickname within the promised time

    @UPD-03 @clause-2.5
    Scenario: A null detail in a replacement is cleared
      Given user Ada exists
      When the client replaces user Ada with a null nickname
      Then the change of user Ada is accepted
      And a look-up shows user Ada without a nickname within the promised time

    @UPD-08 @clause-2.5 @clause-5.4
    Scenario: A replacement can be reverted
      Given user Ada exists
      When the client replaces user Ada
      And the client replaces user Ada with the first details
      Then the change of user Ada is accepted
      And the newest state shows user Ada with the first details

  Rule: A replacement is applied completely or not at all

    @UPD-04 @clause-3.1 @clause-3.4 @needs-validation
    Scenario Outline: A refused replacement leaves the user untouched
      Given user Ada exists
      When the client replaces user Ada with <flaw>
      Then the request is refused because the details are not valid
      And user Ada is unchanged

      Examples: Good details with one flaw
        | flaw                        |
        | an empty name               |
        | an email without @          |
        | a nickname that is too long |

    @UPD-05 @clause-2.5 @needs-put-known-only
    Scenario: Replacing an unknown user does not create one
      When the client replaces an unknown user
      Then the request is refused because there is no such user
      And no user has been created

    @UPD-05 @clause-2.5 @clause-2.4 @needs-put-known-only
    Scenario Outline: Replacing a similar id replaces no user
      Given user Ada exists
      When the client replaces an id that <kind>
      Then the request is refused because there is no such user
      And user Ada is unchanged

      Examples: Ids that no user has
        | kind                   |
        | is cut short           |
        | has one character more |
        | is in the other case   |

  Rule: Only the named user is replaced

    @UPD-06 @clause-1.4 @clause-1.5
    Scenario Outline: A replacement cannot set what the service decides
      Given user Ada exists
      When the client replaces user Ada with a chosen <field>
      Then user Ada does not have the chosen <field>

      Examples: What belongs to the service
        | field      |
        | id         |
        | role       |
        | created at |
        | updated at |

    @UPD-06 @UPD-08 @clause-1.4 @needs-timestamps
    Scenario: The creation date stays through every replacement
      Given user Ada exists
      When the client replaces user Ada 2 times
      Then the creation date of user Ada is the same as before
      And the change date of user Ada is later than before

    @UPD-07 @clause-1.5 @clause-2.5
    Scenario Outline: A replacement under another's id leaves that user alone
      Given users Ada and Grace exist
      When the client replaces user Grace with the <field> of user Ada
      Then the request is accepted or cleanly refused
      And user Ada is unchanged

      Examples: What tells whom a replacement is for
        | field |
        | id    |

    @UPD-07 @clause-2.5
    Scenario: Replacing one user leaves all others unchanged
      Given users Grace, Alan, Ada and Barbara exist
      And user Edsger exists with the name of user Ada
      And user Donald exists with the nickname of user Ada
      When the client replaces user Ada 4 times
      Then users Grace, Alan, Barbara, Edsger and Donald are unchanged

    @UPD-07 @clause-2.5 @clause-5.3
    Scenario: Replacing many users leaves all others unchanged
      Given 40 users exist
      When the client replaces every second of them
      Then the list shows every user as last written

    @UPD-07 @clause-1.4 @clause-3.4 @needs-timestamps @needs-validation-required
    Scenario: A refused replacement changes no date
      Given user Ada exists
      When the client replaces user Ada with an empty name
      Then the request is refused because the details are not valid
      And the change date of user Ada is the same as before
